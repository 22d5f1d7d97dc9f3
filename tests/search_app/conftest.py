"""Fixtures: a small collection of articles, its index, and the application over it."""

from __future__ import annotations

import json
import os
import shutil
import threading

import pytest

from indexer import Article, rebuild
from search_app import Settings, create_app
from search_app.server import listening_socket, waitress_server

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

ELECTIONS = {
    "id": "elections-1",
    "title": "موعد الانتخابات البلدية يقترب في لبنان",
    "body": "تستعدّ القرى الجبلية لموعد الانتخابات البلدية بعد تأجيل طويل.\n"
    "ويقول رؤساء البلديات في لبنان إنّ كلفة الاقتراع ما زالت بلا تمويل.\n\n"
    "وتنشر الوزارة لوائح الناخبين قبل نهاية الشهر.",
    "date": "2024-02-11",
    "source": "صحيفة الرصيف",
    "category": "سياسة",
    "url": "https://raseef.example/2024/02/11/1",
    "lang": "ar",
}
VOWELLED = {
    "id": "dir/2024//1?a=b#c%20d",
    "title": "كَيْفَ صارَتِ الانْتِخاباتُ مِرْآةً لِلْقُرى",
    "body": "لَيْسَتِ الانْتِخاباتُ مَوْعِداً فَحَسْب، بَلْ هِيَ لَحْظَةٌ تَرى فيها القُرى نَفْسَها.",
    "date": "2024-05-19",
    "source": "دفتر الجبل",
    "category": "ثقافة",
    "lang": "ar",
}
ENGLISH = {
    "id": "en-1",
    "title": "Ports reopen as wheat prices fall",
    "body": "Wheat prices fell for the third month as the ports reopened.",
    "date": "2024-03-05",
    "source": "Levant Wire",
    "category": "economy",
    "url": "http://wire.example/wheat",
    "lang": "en",
}
HOSTILE = {
    "id": '"><img src=x onerror=alert(0)>',
    "title": "<script>alert('عنوان')</script> خبر خبيث \u202eمقلوب",
    "body": "<img src=x onerror=alert(1)> خبر خبيث & \"علامات\" 'مفردة' \u202e مقلوب "
    + "ط" * 300
    + "\n</p><script>alert(2)</script>",
    "date": "2024-01-02",
    "source": '<b onmouseover="alert(1)">مصدر</b>',
    "category": '"><svg onload=alert(1)>',
    "url": "javascript:alert(document.domain)",
    "lang": 'ar" onclick="alert(1)',
}
TITLE_ONLY = {"id": "bare", "title": "عنوان بلا نصّ عن المرفأ"}
BODY_ONLY = {"id": "untitled", "body": "نصّ بلا عنوان عن السكك الحديدية القديمة.", "date": "2023-12-31"}


def _wheat_bulletins() -> list[dict[str, str]]:
    return [
        {
            "id": f"wheat-{number:02}",
            "title": f"أسعار القمح في الأسبوع {number}",
            "body": f"سجّلت أسعار القمح في السوق تغيّراً جديداً، وهذه نشرة الأسبوع {number} من السنة.",
            "date": f"2024-03-{number:02}",
            "source": f"نشرة السوق {number % 12}",
            "category": "اقتصاد",
            "lang": "ar",
        }
        for number in range(1, 26)
    ]


ARTICLES = [ELECTIONS, VOWELLED, ENGLISH, HOSTILE, TITLE_ONLY, BODY_ONLY, *_wheat_bulletins()]


def write_articles(folder, articles=ARTICLES):
    """Write ``articles`` as JSONL and return the file."""
    path = folder / "articles.jsonl"
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), encoding="utf-8")
    return path


@pytest.fixture
def write():
    """Return the function that writes articles as JSONL into a folder."""
    return write_articles


@pytest.fixture
def hostile():
    """Return the article that tries to become markup."""
    return HOSTILE


@pytest.fixture(scope="session")
def index_path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("web")
    path = folder / "index"
    # Readers take markup out of fields; a program may index it.
    rebuild([write_articles(folder)], path, articles=Article(**HOSTILE | {"url": None, "lang": None}))
    return path


@pytest.fixture(scope="session")
def app(index_path):
    return create_app(Settings(index=str(index_path)))


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def page(client):
    """Return a function that gets the HTML of a page and requires status 200."""

    def get(path, **parameters):
        response = client.get(path, query_string=parameters or None)
        assert response.status_code == 200, response.text[:500]
        return response.text

    return get


@pytest.fixture(scope="module")
def server(app):
    """Return the address at which the application is served."""
    listening = waitress_server(app, [listening_socket("127.0.0.1", 0)], threads=4)
    thread = threading.Thread(target=listening.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.effective_port}"
    listening.close()
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    path = os.environ.get("AKHBAR_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, f"no browser: install one of {', '.join(BROWSERS)}, or name one in AKHBAR_BROWSER"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["scripts on", "scripts off"])
def tab(chromium, server, request):
    """Return a tab; anything on its console, and any failed request, fails the test."""
    context = chromium.new_context(base_url=server, java_script_enabled=request.param)
    page = context.new_page()
    messages = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("response", lambda answer: messages.append(answer.url) if answer.status >= 400 else None)
    yield page
    context.close()
    assert messages == []


@pytest.fixture
def script_tab(chromium, server):
    context = chromium.new_context(base_url=server)
    yield context.new_page()
    context.close()
