"""A browser made by hand: whoever speaks to the pages with no browser's manners."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, TCPConnector

from tests.headoffice.pages.scene import PASSWORD, Scene

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Caller:
    """One session with the pages; `last` is the text of the last page seen."""

    scene: Scene
    session: ClientSession
    last: str = ""

    async def get(self, path: str, **extra: Any) -> ClientResponse:
        """Look at a page."""
        async with self.session.get(self.scene.url + path, **extra) as answer:
            self.last = await answer.text()
            return answer

    async def post(self, path: str, origin: str | None = "", csrf: str | None = None, **form: str) -> ClientResponse:
        """Send a form as the page would, or with another origin (None: without one) or token."""
        token = _TOKEN.search(self.last)
        csrf = csrf if csrf is not None else (token[1] if token else "")
        headers = {} if origin is None else {"Origin": origin or self.scene.url}
        async with self.session.post(self.scene.url + path, data={"csrf": csrf, **form}, headers=headers) as answer:
            self.last = await answer.text()
            return answer

    async def sign_in(self, name: str, password: str = PASSWORD) -> ClientResponse:
        """Sign in through the form."""
        await self.get("/sign-in")
        return await self.post("/sign-in", name=name, password=password)


@asynccontextmanager
async def caller(scene: Scene) -> AsyncIterator[Caller]:
    """Open a session that trusts the test's certificate."""
    jar = CookieJar(unsafe=True)
    async with ClientSession(connector=TCPConnector(ssl=False), cookie_jar=jar) as session:
        yield Caller(scene, session)
