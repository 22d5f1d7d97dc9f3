"""Pages of an invented news site in twenty layouts: those of common systems, and of sites without any."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple


class Story(NamedTuple):
    """What a page is about, and what reading it must give back."""

    title: str
    paragraphs: tuple[str, ...]
    iso: str
    printed: str
    author: str

    @property
    def body(self) -> str:
        return "\n".join(self.paragraphs)


SITE = "ضفة النهر"
STORIES = (
    Story(
        "مجلس البلدية يقر خطة لترميم السوق القديمة",
        (
            "أقر مجلس البلدية، في جلسة عقدها مساء أمس، خطة تمتد عامين لترميم السوق القديمة التي تضررت واجهاتها الحجرية في شتاء العام الماضي.",
            'وقال رئيس المجلس نادر الخطيب إن "الأعمال ستبدأ من الجهة الشرقية حيث الأسقف مهددة بالسقوط"، مضيفا أن التجار سيبقون في محالهم.',
            "وتبلغ كلفة المرحلة الأولى مليوني دينار، يأتي نصفها من صندوق التراث والنصف الآخر من قرض بلا فائدة يسدد على عشر سنوات.",
            "واعترض عضوان على الخطة بسبب غياب دراسة لحركة السير في الأزقة المجاورة للسوق خلال أشهر العمل.",
            "ويعود بناء السوق إلى القرن الثامن عشر، وكانت آخر أعمال ترميم شهدتها قبل نحو أربعين عاما.",
        ),
        "2024-03-06",
        "الأربعاء 6 آذار/مارس 2024",
        "ليلى شاهين",
    ),
    Story(
        "صيادو الساحل يعودون إلى البحر بعد أسبوع من العواصف",
        (
            "عاد صيادو الساحل الشمالي إلى البحر، فجر اليوم، بعدما أبقتهم العواصف أسبوعا كاملا في الميناء وأتلفت عددا من شباكهم.",
            "وأوضح نقيب الصيادين أن نحو ثمانين مركبا خرجت مع الفجر، وأن المحصول الأول كان وفيرا من السردين والبوري.",
            "وكانت هيئة الأرصاد قد حذرت من أمواج يزيد ارتفاعها على أربعة أمتار، وطلبت من أصحاب المراكب الصغيرة البقاء في المرسى حتى إشعار آخر.",
            "وطالب الصيادون بتعويضات عن الأيام التي توقفوا فيها عن العمل، وبإصلاح كاسر الأمواج الذي تصدع في موضعين.",
        ),
        "2023-11-19",
        "19 تشرين الثاني (نوفمبر) 2023",
        "سامي العطار",
    ),
)

MENU = "".join(
    f'<li><a href="/{n}">{name}</a></li>'
    for n, name in enumerate(("الرئيسية", "سياسة", "اقتصاد", "ثقافة", "رياضة", "اتصل بنا"))
)
OTHERS = "".join(
    f'<li><a href="/news/{n}">{title}</a></li>'
    for n, title in enumerate(
        (
            "ارتفاع طفيف في أسعار الخضار مطلع الأسبوع",
            "افتتاح مكتبة عامة في الحي الجنوبي",
            "المنتخب يستعد لمباراة الإياب",
        )
    )
)
FOOTER = f"<footer><p>جميع الحقوق محفوظة © 2025 {SITE}</p><ul><li><a href='/about'>من نحن</a></li><li><a href='/privacy'>سياسة الخصوصية</a></li></ul></footer>"
SHARE = '<div class="share"><a href="#">شارك على فيسبوك</a> <a href="#">تويتر</a> <a href="#">واتساب</a></div>'


def _p(story: Story, mark: str = "p", attributes: str = "") -> str:
    return "\n".join(f"<{mark}{attributes}>{text}</{mark}>" for text in story.paragraphs)


def _page(head: str, body: str, attributes: str = 'lang="ar" dir="rtl"') -> str:
    return f'<!DOCTYPE html>\n<html {attributes}><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def wordpress(s: Story) -> str:
    head = f"<title>{s.title} – {SITE}</title><meta name='generator' content='WordPress 6.4'>"
    return _page(
        head,
        f"""<header id="masthead"><h1 class="site-title"><a href="/">{SITE}</a></h1><nav><ul>{MENU}</ul></nav></header>
<div id="primary"><article class="post hentry"><header class="entry-header"><h2 class="entry-title">{s.title}</h2>
<div class="entry-meta"><time class="entry-date published" datetime="{s.iso}T10:00:00+02:00">{s.printed}</time> <span class="author vcard"><a rel="author" href="/a">{s.author}</a></span></div></header>
<div class="entry-content">{_p(s)}<div class="sharedaddy"><h3>مشاركة هذا الموضوع:</h3><ul><li>فيس بوك</li></ul></div></div></article>
<div id="comments"><h3>تعليق واحد</h3><ol><li><p>شكرا على الخبر، ننتظر المزيد من التفاصيل عن هذا الموضوع المهم جدا.</p></li></ol></div></div>
<aside id="secondary"><h2>أحدث المقالات</h2><ul>{OTHERS}</ul></aside>{FOOTER}""",
    )


def wordpress_graph(s: Story) -> str:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": SITE},
            {"@type": "Organization", "name": SITE},
            {
                "@type": "NewsArticle",
                "headline": s.title,
                "datePublished": f"{s.iso}T21:30:00+00:00",
                "dateModified": "2025-01-01T00:00:00+00:00",
                "author": {"@type": "Person", "name": s.author},
                "publisher": {"@type": "Organization", "name": SITE},
                "articleSection": ["محليات"],
            },
        ],
    }
    head = f'<title>{s.title} | {SITE}</title><script type="application/ld+json">{json.dumps(graph)}</script>'
    return _page(
        head,
        f"""<nav><ul>{MENU}</ul></nav><main><h1>{s.title}</h1>{SHARE}<div class="td-post-content">{_p(s)}</div>
<div class="tags"><a href="/t/1">بلديات</a> <a href="/t/2">تراث</a></div><div class="td-related"><h4>مقالات ذات صلة</h4><ul>{OTHERS}</ul></div></main>{FOOTER}""",
    )


def drupal7(s: Story) -> str:
    head = f'<title>{s.title} | {SITE}</title><meta property="og:type" content="article"><meta property="og:title" content="{s.title}">'
    return _page(
        head,
        f"""<div id="page"><div id="header"><a href="/" id="logo">{SITE}</a><ul class="menu">{MENU}</ul></div><div id="content"><h1 class="title" id="page-title">{s.title}</h1>
<div class="node node-article"><div class="submitted">أرسله {s.author} في {s.printed}</div><div class="content"><div class="field field-name-body"><div class="field-items"><div class="field-item even" property="content:encoded">{_p(s)}</div></div></div></div>
<ul class="links inline"><li><a href="/print">نسخة للطباعة</a></li></ul></div></div><div class="region-sidebar"><div class="block"><h2>الأكثر قراءة</h2><ul>{OTHERS}</ul></div></div></div>{FOOTER}""",
    )


def drupal10(s: Story) -> str:
    head = f'<title>{s.title} | {SITE}</title><link rel="canonical" href="https://river.example/node/17"><meta property="article:published_time" content="{s.iso}T08:00:00+0300">'
    return _page(
        head,
        f"""<div class="dialog-off-canvas-main-canvas"><header role="banner"><nav role="navigation"><ul>{MENU}</ul></nav></header><main role="main">
<article class="node node--type-article"><h1><span class="field field--name-title">{s.title}</span></h1><div class="node__meta">{s.author} | {s.printed}</div>
<div class="node__content"><figure><img src="/i.jpg" alt="صورة"><figcaption>منظر عام من المكان، تصوير: رامي عيد</figcaption></figure><div class="clearfix text-formatted field field--name-body">{_p(s)}</div></div></article></main>
<aside><h2>موضوعات أخرى</h2><ul>{OTHERS}</ul></aside>{FOOTER}</div>""",
    )


def open_graph(s: Story) -> str:
    head = f"""<title>{SITE} :: {s.title}</title><meta property="og:title" content="{s.title}"><meta property="og:site_name" content="{SITE}">
<meta property="og:type" content="article"><meta property="og:url" content="https://river.example/a/9"><meta name="author" content="{s.author}"><meta property="article:published_time" content="{s.iso} 09:15:00">"""
    paragraphs = "".join(f"<div><div>{text}</div></div>" for text in s.paragraphs)
    return _page(
        head,
        f"<div class='top'><div class='menu'><ul>{MENU}</ul></div></div><div class='wrap'><div class='headline'>{s.title}</div><div class='text-body'>{paragraphs}</div>{SHARE}</div>{FOOTER}",
    )


def microdata(s: Story) -> str:
    return _page(
        f"<title>{s.title} - {SITE}</title>",
        f"""<nav><ul>{MENU}</ul></nav><div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{s.title}</h1>
<span itemprop="author" itemscope><span itemprop="name">{s.author}</span></span><meta itemprop="datePublished" content="{s.iso}T07:00:00Z"><div itemprop="articleBody">{_p(s)}</div></div><div class="sidebar"><ul>{OTHERS}</ul></div>{FOOTER}""",
    )


def tables(s: Story) -> str:
    return f"""<html dir="rtl"><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256"><title>{s.title}</title></head><body bgcolor="#ffffff"><table width="100%"><tr><td colspan="2"><a href="/">الرئيسية</a> | <a href="/p">سياسة</a> | <a href="/s">رياضة</a></td></tr>
<tr><td width="20%"><font size="2"><a href="/1">افتتاح مكتبة عامة</a><br><a href="/2">أسعار الخضار</a></font></td><td><font size="5"><b>{s.title}</b></font><br><font size="2">{s.printed}</font><br>{_p(s)}</td></tr><tr><td colspan="2">جميع الحقوق محفوظة © {SITE}</td></tr></table></body></html>"""


def blogger(s: Story) -> str:
    return _page(
        f"<title>{SITE}: {s.title}</title><meta content='blogger' name='generator'>",
        f"""<div class='header'><h1 class='title'>{SITE}</h1></div><div class='main section' id='main'><h2 class='date-header'><span>{s.printed}</span></h2>
<div class='post hentry'><h3 class='post-title entry-title'>{s.title}</h3><div class='post-body entry-content'>{_p(s)}</div><div class='post-footer'><span class='post-author'>مرسلة بواسطة {s.author}</span></div></div></div><div class='sidebar'><h2>أرشيف المدونة</h2><ul>{OTHERS}</ul></div>""",
    )


def joomla(s: Story) -> str:
    return _page(
        f"<title>{s.title}</title>",
        f"""<nav><ul class="nav menu">{MENU}</ul></nav><div class="item-page"><div class="page-header"><h2>{s.title}</h2></div><dl class="article-info"><dt>التفاصيل</dt><dd class="createdby">كتب بواسطة: {s.author}</dd>
<dd class="published"><time datetime="{s.iso}T06:00:00+03:00">نشر بتاريخ: {s.printed}</time></dd></dl><div itemprop="articleBody">{_p(s)}</div><ul class="pager"><li><a href="/prev">السابق</a></li><li><a href="/next">التالي</a></li></ul></div>{FOOTER}""",
    )


def amp(s: Story) -> str:
    data = json.dumps(
        {
            "@context": "http://schema.org",
            "@type": "Article",
            "headline": s.title,
            "datePublished": s.iso,
            "author": s.author,
        },
        ensure_ascii=False,
    )
    return _page(
        f'<title>{s.title}</title><script type="application/ld+json">{data}</script><style amp-custom>p{{margin:0}}</style>',
        f"""<header><amp-img src="/logo.png"></amp-img></header><article><h1>{s.title}</h1><amp-img src="/i.jpg" alt="x"></amp-img>{_p(s)}</article>{FOOTER}""",
        "amp lang='ar'",
    )


def line_breaks(s: Story) -> str:
    return _page(
        f'<title>{s.title} | {SITE}</title><meta name="date" content="{s.iso}">',
        f"<div class='nav'><ul>{MENU}</ul></div><h1>{s.title}</h1><div class='article-text'>{'<br><br>'.join(s.paragraphs)}</div><div class='more'><ul>{OTHERS}</ul></div>{FOOTER}",
    )


def application(s: Story) -> str:
    state = json.dumps({"props": {"title": s.title, "body": "لا شيء هنا سوى بيانات التطبيق"}}, ensure_ascii=False)
    return _page(
        f'<title>{s.title}</title><meta property="og:title" content="{s.title}"><meta name="publishdate" content="{s.iso.replace("-", "/")}">',
        f"""<div id="__next"><div class="css-1a"><ul>{MENU}</ul></div><div class="css-2b"><h1 class="css-3c">{s.title}</h1><div class="css-4d">{_p(s, "p", ' class="css-5e"')}</div></div><div class="css-9z">{OTHERS}</div></div><script id="__NEXT_DATA__" type="application/json">{state}</script>""",
    )


def portal(s: Story) -> str:
    menu = "".join(f"<li><a href='/{n}'>قسم رقم {n} من أقسام الموقع الكثيرة</a></li>" for n in range(60))
    ticker = "".join(f"<span>عاجل: خبر قصير رقم {n} في شريط الأخبار</span>" for n in range(10))
    return _page(
        f'<title>{s.title} | {SITE}</title><meta property="og:title" content="{s.title}"/><meta property="article:published_time" content="{s.iso}T00:10:00+03:00"/>',
        f"""<div class="mega"><ul>{menu}</ul></div><div class="ticker">{ticker}</div><div class="col-8"><h1>{s.title}</h1><p class="time">{s.printed}</p>{SHARE}<div id="article-body">{_p(s)}</div></div>
<div class="col-4"><h3>الأكثر قراءة</h3><ul>{OTHERS * 4}</ul><h3>آراء</h3><ul>{OTHERS}</ul></div>{FOOTER}""",
    )


def printed_date(s: Story) -> str:
    return _page(
        f"<title>{s.title}</title>",
        f"<div><ul>{MENU}</ul></div><div class='story'><h2>{s.title}</h2><span class='d'>آخر تحديث: {s.printed} - 10:30</span>{_p(s)}</div><div class='similar'><h3>اقرأ أيضا</h3><ul>{OTHERS}</ul></div>{FOOTER}",
    )


def two_calendars(s: Story) -> str:
    hijri = {"2024-03-06": "25 شعبان 1445 هـ", "2023-11-19": "5 جمادى الأولى 1445 هـ"}[s.iso]
    return _page(
        f"<title>{s.title} - {SITE}</title>",
        f"<nav><ul>{MENU}</ul></nav><article><h1>{s.title}</h1><div class='info'>{hijri} الموافق {s.printed}</div><section>{_p(s)}</section></article>{FOOTER}",
    )


def quotes(s: Story) -> str:
    first, second, *others = s.paragraphs
    quote = " ".join(second.split()[:9])
    rest = "".join(f"<p>{text}</p>" for text in others)
    return _page(
        f'<title>{s.title}</title><meta property="article:published_time" content="{s.iso}">',
        f"""<nav><ul>{MENU}</ul></nav><article><h1>{s.title}</h1><div class="img-caption">صورة من الأرشيف (فرانس برس)</div><p>{first}</p><p>{second}</p><blockquote class="pull">{quote}</blockquote>
<div class="related-inline"><strong>اقرأ أيضا:</strong> <a href="/news/4">ارتفاع طفيف في أسعار الخضار مطلع الأسبوع</a></div>{rest}</article>{FOOTER}""",
    )


def logo_heading(s: Story) -> str:
    return _page(
        f'<title>{s.title} » {SITE}</title><meta property="og:site_name" content="{SITE}"><meta itemprop="datePublished" content="{s.iso}">',
        f"<h1 id='logo'>{SITE}</h1><ul>{MENU}</ul><div id='c'><h2 class='t'>{s.title}</h2>{_p(s)}</div><ul>{OTHERS}</ul>{FOOTER}",
    )


def divisions(s: Story) -> str:
    return _page(
        f"<title>{s.title}</title>",
        f"<div>{SITE}</div><div><div><b>{s.title}</b></div><div>{s.printed}</div>{_p(s, 'div')}</div><div>جميع الحقوق محفوظة © 2025 {SITE}</div>",
    )


def dated_address(s: Story) -> str:
    link = f"https://river.example/{s.iso.replace('-', '/')}/news-17"
    return _page(
        f'<title>{s.title} | {SITE}</title><link rel="canonical" href="{link}"><meta name="author" content="{s.author}">',
        f"<header><ul>{MENU}</ul></header><main><h1>{s.title}</h1>{_p(s)}</main>{FOOTER}",
    )


def time_element(s: Story) -> str:
    return _page(
        f"<title>{s.title} | {SITE}</title>",
        f"<header><ul>{MENU}</ul></header><main><article><h1>{s.title}</h1><p class='by'><span class='author'>{s.author}</span></p><time>{s.printed}</time>{_p(s)}{SHARE}</article></main>{FOOTER}",
        "lang='en'",
    )


LAYOUTS: tuple[Callable[[Story], str], ...] = (
    wordpress, wordpress_graph, drupal7, drupal10, open_graph, microdata, tables, blogger, joomla, amp, line_breaks,
    application, portal, printed_date, two_calendars, quotes, logo_heading, divisions, dated_address, time_element,
)  # fmt: skip
