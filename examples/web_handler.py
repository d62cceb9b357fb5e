"""An HTTP handler over an index, with FastAPI.

    pip install fastapi uvicorn
    SEARCHKIT_INDEX=index/ uvicorn examples.web_handler:app

`GET /search?q="peace talks"&page=2` answers with hits as JSON. Searches block, so each runs in a
thread; one open engine serves all threads. A query that cannot be parsed is status 400, with the
column of the fault.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request

import searchkit

PAGE = 20
"""Hits on a page."""
REFRESH_SECONDS = 60
"""How often the newest commit is looked for."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the index once, and follow what others commit."""
    with searchkit.open(os.environ.get("SEARCHKIT_INDEX", "index/")) as engine:
        app.state.engine = engine
        following = asyncio.create_task(follow(engine))
        yield
        following.cancel()


async def follow(engine: searchkit.Engine) -> None:
    """Move to the newest commit now and then."""
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        await asyncio.to_thread(engine.refresh)


app = FastAPI(lifespan=lifespan)


@app.get("/search")
async def search(request: Request, q: str, page: Annotated[int, Query(ge=1)] = 1) -> dict[str, Any]:
    """One page of the articles that a query finds."""
    try:
        return await asyncio.to_thread(find, request.app.state.engine, q, page)
    except searchkit.QueryError as error:
        detail = {"message": error.message, "column": error.column, "length": error.length, "hint": error.hint}
        raise HTTPException(400, detail) from error


def find(engine: searchkit.Engine, query: str, page: int) -> dict[str, Any]:
    """A page as a JSON object. Articles and snippets are read here, not in the event loop."""
    result = engine.search(query, limit=PAGE, offset=PAGE * (page - 1))
    hits = [
        {"id": hit.id, "date": hit.date and hit.date.isoformat(), "headline": hit.headline, "snippet": hit.snippet}
        for hit in result
    ]
    return {"read_as": result.parsed, "total": result.total, "hits": hits}
