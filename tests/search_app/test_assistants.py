"""Tools for assistants, called by the SDK's own client."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

mcp = pytest.importorskip("mcp", reason="the assistants extra is not installed")

from analyzers import analyzer_for  # noqa: E402
from indexer import Index, PartialResultsError, open_index  # noqa: E402
from indexer.engines.memory import MemoryEngine  # noqa: E402
from search_app.assistants import assistant_server  # noqa: E402


@pytest.fixture
def call(index_path):
    """Return a function that calls a tool and returns its result."""

    def call_tool(name, **arguments):
        async def ask():
            with open_index(index_path) as index:
                async with mcp.Client(assistant_server(index)) as client:
                    return await client.call_tool(name, arguments)

        return asyncio.run(ask())

    return call_tool


def text_of(result):
    return " ".join(part.text for part in result.content)


def test_a_search_has_the_hits_of_rest(call, client):
    result = call("search", query="الانتخابات البلدية", limit=3)
    rest = client.get("/api/v1/search", query_string={"q": "الانتخابات البلدية", "size": 3}).json
    assert not result.is_error
    assert rest.pop("next_cursor") is None  # an assistant asks for pages by number
    assert result.structured_content == rest


def test_filters_hold(call):
    result = call("search", query="القمح", first_day="2024-03-10", last_day="2024-03-12", sort="oldest")
    assert [hit["date"] for hit in result.structured_content["hits"]] == ["2024-03-10", "2024-03-11", "2024-03-12"]


def test_an_article_is_read_in_parts(call):
    start, parts = 0, []
    while start is not None:
        answer = call("article", article_id="elections-1", start=start, chars=50).structured_content
        parts.append(answer["body"])
        start = answer["next_start"]
    whole = "".join(parts)
    assert len(parts) > 2
    assert whole.startswith("تستعدّ القرى")
    assert whole.endswith("قبل نهاية الشهر.")


def test_the_archive_tells_its_span(call):
    answer = call("archive").structured_content
    assert (answer["articles"], answer["first_day"], answer["last_day"]) == (31, "2023-12-31", "2024-05-19")


@pytest.mark.parametrize(
    ("tool", "arguments", "named"),
    [
        pytest.param("article", {"article_id": "none"}, "none", id="unknown article"),
        pytest.param("search", {"query": "x", "first_day": "someday"}, "someday", id="no day"),
        pytest.param("search", {"query": "x", "limit": 1000}, "limit", id="too many hits"),
        pytest.param("search", {"query": "x", "page": 5000}, "10000", id="too deep"),
        pytest.param("search", {"query": "x", "page": 0}, "hits", id="page 0"),
    ],
)
def test_what_cannot_be_answered_is_one_line(call, tool, arguments, named):
    result = call(tool, **arguments)
    assert result.is_error
    assert named in text_of(result)
    assert "Traceback" not in text_of(result)


class HalfAnswering(MemoryEngine):
    """An index of which some parts do not answer a search."""

    def search(self, search):
        raise PartialResultsError("2 of 3 shards answered; try again")


def test_half_an_answer_is_an_error():
    async def ask():
        async with mcp.Client(assistant_server(Index(HalfAnswering("test"), analyzer_for("ar")))) as client:
            return await client.call_tool("search", {"query": "القمح"})

    result = asyncio.run(ask())
    assert result.is_error
    assert "2 of 3 shards answered; try again" in text_of(result)


def test_the_command_speaks_over_standard_input(index_path):
    server = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-c", "from search_app.cli import main; main()", "mcp", "--index", str(index_path)],
        env={**os.environ},
    )

    async def ask():
        async with mcp.Client(server) as client:
            tools = await client.list_tools()
            return [tool.name for tool in tools.tools], await client.call_tool("archive", {})

    names, answer = asyncio.run(ask())
    assert names == ["search", "article", "archive"]
    assert answer.structured_content["articles"] == 31
