"""The pages' door without a browser: roles, forged forms, sessions that end; on both databases."""

from __future__ import annotations

import pytest

from headoffice.errors import StoreUnreachable
from headoffice.pages.registry import OWNERS, Page, all_deeds, all_pages
from headoffice.people import FAILURES, Role
from tests.headoffice.pages.caller import caller
from tests.headoffice.pages.scene import AUDITOR, OPERATOR, OTHER_OWNER, OWNER, PASSWORD, Scene

BOX = "xuhui-1"


def path_of(page: Page, scene: Scene) -> str:
    """The path of a page with real places in it."""
    found = scene.one("SELECT box, id FROM quarantine")
    assert found is not None
    places = {
        "member": scene.members["snow"].member_id,
        "box": str(found[0]) if "quarantine" in page.path else BOX,
        "id": str(found[1]),
        "epoch": "1",
        "sequence": "3",
        "code": "zh",
        "version": "2099.1",
    }
    return page.path.format(**places)


def state_of(scene: Scene, box: str) -> str:
    row = scene.one("SELECT state FROM life WHERE box = ? ORDER BY epoch DESC", box)
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize("name", [OWNER, OPERATOR, AUDITOR])
async def test_every_page_opens_for_whoever_may_see_it(site: Scene, name: str) -> None:
    role = {OWNER: Role.OWNER, OPERATOR: Role.OPERATOR, AUDITOR: Role.AUDITOR}[name]
    async with caller(site) as visitor:
        await visitor.sign_in(name)
        seen = {}
        for page in all_pages():
            if page.path != "/programmes/{version}":
                seen[page.path] = (await visitor.get(path_of(page, site))).status
    assert seen == {path: 200 if role in page.roles else 403 for page in all_pages() if (path := page.path) in seen}


async def test_nothing_but_the_door_and_the_health_is_open_to_strangers(site: Scene) -> None:
    async with caller(site) as stranger:
        ends = {page.path: await stranger.get(path_of(page, site), allow_redirects=False) for page in all_pages()}
        closed = {path: answer for path, answer in ends.items() if not path.startswith(("/sign-in", "/language"))}
        assert {answer.status for answer in closed.values()} == {303}
        assert {answer.headers["Location"].partition("?")[0] for answer in closed.values()} == {"/sign-in"}
        health = await stranger.get("/health")
        assert (health.status, '"status": "ok"' in stranger.last) == (200, True)


async def test_a_stranger_comes_back_to_the_page_they_asked_for_and_never_elsewhere(site: Scene) -> None:
    async with caller(site) as visitor:
        answer = await visitor.get(f"/boxes/{BOX}")
        assert answer.url.path == "/sign-in"
        answer = await visitor.post("/sign-in", name=OWNER, password=PASSWORD, next=f"/boxes/{BOX}")
        assert answer.url.path == f"/boxes/{BOX}"
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "\\/evil.example", "/\tevil"):
        async with caller(site) as visitor:
            await visitor.get("/sign-in", params={"next": elsewhere})
            answer = await visitor.post("/sign-in", name=OWNER, password=PASSWORD, next=elsewhere)
            assert (answer.url.host, answer.url.path) == ("localhost", "/")


async def test_an_auditor_changes_nothing_by_a_form_made_by_hand(site: Scene) -> None:
    quarantined = site.one("SELECT box, id FROM quarantine")
    assert quarantined is not None
    acts = site.one("SELECT count(*) FROM act WHERE what <> 'sign_in'")
    async with caller(site) as auditor:
        await auditor.sign_in(AUDITOR)
        open_to_all = {"/sign-in", "/sign-out", "/password"}
        for deed in all_deeds():
            if deed.path in open_to_all:
                continue
            await auditor.get("/password")
            path = deed.path.format(box=BOX, id=quarantined[1], store="xuhui", person=OPERATOR)
            answer = await auditor.post(path, typed=BOX, epoch="1", same="yes", sure="yes", name="x", purpose="new")
            assert (deed.path, answer.status) == (deed.path, 403)
    assert state_of(site, BOX) == "open"
    assert site.one("SELECT count(*) FROM act WHERE what <> 'sign_in'") == acts
    refused = site.one("SELECT count(*) FROM refused WHERE what = 'page_role'")
    assert refused is not None
    assert int(str(refused[0])) > 5


async def test_an_operator_does_no_owners_deed(site: Scene) -> None:
    async with caller(site) as operator:
        await operator.sign_in(OPERATOR)
        for deed in all_deeds():
            if deed.roles == OWNERS:
                await operator.get("/password")
                answer = await operator.post(deed.path.format(box="pudong-1", person=OWNER), epoch="1")
                assert (deed.path, answer.status) == (deed.path, 403)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, "http://localhost"])
async def test_a_form_from_elsewhere_is_refused(site: Scene, origin: str | None) -> None:
    async with caller(site) as owner:
        await owner.sign_in(OWNER)
        await owner.get(f"/boxes/{BOX}")
        answer = await owner.post(f"/boxes/{BOX}/fence", origin=origin, typed=BOX, epoch="1")
        assert answer.status == 403
    assert state_of(site, BOX) == "open"
    assert site.one("SELECT count(*) FROM refused WHERE what = 'page_origin'") == (1,)


@pytest.mark.parametrize("csrf", ["", "x", "Ä", "0" * 64])
async def test_a_form_without_its_token_is_refused(site: Scene, csrf: str) -> None:
    async with caller(site) as owner:
        await owner.sign_in(OWNER)
        answer = await owner.post(f"/boxes/{BOX}/fence", csrf=csrf, typed=BOX, epoch="1")
        assert answer.status == 403
    assert state_of(site, BOX) == "open"


async def test_the_sign_in_form_holds_a_token_too(site: Scene) -> None:
    async with caller(site) as stranger:
        await stranger.get("/sign-in")
        answer = await stranger.post("/sign-in", csrf="forged", name=OWNER, password=PASSWORD)
        assert answer.status == 403
        assert (await stranger.get("/boxes", allow_redirects=False)).status == 303


async def test_a_token_of_one_session_is_nothing_in_another(site: Scene) -> None:
    async with caller(site) as mine, caller(site) as theirs:
        await mine.sign_in(OWNER)
        await mine.get(f"/boxes/{BOX}")
        await theirs.sign_in(OTHER_OWNER)
        theirs.last = mine.last
        assert (await theirs.post(f"/boxes/{BOX}/fence", typed=BOX, epoch="1")).status == 403


async def test_five_wrong_passwords_close_the_door_for_a_quarter_of_an_hour(site: Scene) -> None:
    async with caller(site) as visitor:
        for _ in range(FAILURES):
            assert (await visitor.sign_in(OWNER, "not this one")).status == 403
        assert (await visitor.sign_in(OWNER)).status == 403
        site.chain.clock.forward(minutes=15)
        assert (await visitor.sign_in(OWNER)).status == 200
    assert site.one("SELECT count(*) FROM refused WHERE what = 'page_sign_in'") == (FAILURES + 1,)


async def test_a_session_ends_after_half_an_hour_of_nothing_and_after_eight_hours(site: Scene) -> None:
    async with caller(site) as visitor:
        await visitor.sign_in(OWNER)
        for _ in range(16):
            assert (await visitor.get("/boxes", allow_redirects=False)).status == 200
            site.chain.clock.forward(minutes=29)
        assert (await visitor.get("/boxes", allow_redirects=False)).status == 200
        site.chain.clock.forward(minutes=29)
        assert (await visitor.get("/boxes", allow_redirects=False)).status == 303
        await visitor.sign_in(OWNER)
        site.chain.clock.forward(minutes=30)
        assert (await visitor.get("/boxes", allow_redirects=False)).status == 303


async def test_signing_out_ends_the_session_not_only_the_cookie(site: Scene) -> None:
    async with caller(site) as visitor, caller(site) as thief:
        await visitor.sign_in(OWNER)
        stolen = {cookie.key: cookie.value for cookie in visitor.session.cookie_jar}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in stolen.items())}
        assert (await thief.get("/boxes", headers=headers, allow_redirects=False)).status == 200
        await visitor.post("/sign-out")
        assert (await thief.get("/boxes", headers=headers, allow_redirects=False)).status == 303


async def test_whoever_is_let_go_is_out_at_once(site: Scene) -> None:
    async with caller(site) as owner, caller(site) as operator:
        await owner.sign_in(OWNER)
        await operator.sign_in(OPERATOR)
        await owner.get("/people")
        await owner.post(f"/people/{OPERATOR}/active")
        assert (await operator.get("/boxes", allow_redirects=False)).status == 303
        assert (await operator.sign_in(OPERATOR)).status == 403


async def test_a_changed_password_signs_everybody_else_out(site: Scene) -> None:
    async with caller(site) as here, caller(site) as there:
        await here.sign_in(OPERATOR)
        await there.sign_in(OPERATOR)
        await here.get("/password")
        changed = "another good one"
        await here.post("/password", old=PASSWORD, password=changed, again=changed)
        assert (await here.get("/boxes", allow_redirects=False)).status == 200
        assert (await there.get("/boxes", allow_redirects=False)).status == 303
        assert (await there.sign_in(OPERATOR, changed)).status == 200


async def test_an_owner_adds_somebody_and_it_stands_in_the_trail(site: Scene) -> None:
    fresh = "a password for somebody new"
    async with caller(site) as owner, caller(site) as newcomer:
        await owner.sign_in(OWNER)
        await owner.get("/people")
        form = {"name": "孙悦", "person": "sun", "role": "auditor", "password": fresh}
        assert "孙悦" not in owner.last
        await owner.post("/people", again="something else", **form)
        assert site.one("SELECT count(*) FROM person") == (4,)
        await owner.post("/people", again=fresh, **form)
        assert "孙悦" in owner.last
        assert (await newcomer.sign_in("sun", fresh)).status == 200
        await newcomer.get("/acts")
        assert "添加人员" in newcomer.last
    assert fresh not in str(site.one("SELECT detail FROM act WHERE what = 'add_person'"))


async def test_every_answer_forbids_frames_foreign_scripts_and_caches(site: Scene) -> None:
    async with caller(site) as visitor:
        for path in ("/sign-in", "/nothing", "/health", "/static/office.css"):
            headers = (await visitor.get(path)).headers
            assert headers["Content-Security-Policy"].startswith("default-src 'self';")
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
        assert (await visitor.get("/sign-in")).headers["Cache-Control"] == "no-store"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Scene) -> None:
    async with caller(site) as visitor:
        await visitor.get("/sign-in")
        token = visitor.last.split('name="csrf" value="')[1].split('"')[0]
        form = {"csrf": token, "name": OWNER, "password": PASSWORD}
        sent = {"Origin": site.url}
        async with visitor.session.post(
            f"{site.url}/sign-in", data=form, headers=sent, allow_redirects=False
        ) as answer:
            cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-guitai=")
    for wanted in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/"):
        assert wanted in cookie
    assert len(cookie.split("=")[1].split(";")[0]) == 43


@pytest.mark.parametrize(
    "path",
    [
        "/boxes/nobody",
        "/members/nobody",
        "/entries/xuhui-1/1/999",
        "/entries/xuhui-1/x/1",
        "/quarantine/a/b",
        "/nothing",
    ],
)
async def test_a_page_that_is_not_there_says_so(site: Scene, path: str) -> None:
    async with caller(site) as visitor:
        await visitor.sign_in(AUDITOR)
        assert (await visitor.get(path)).status == 404
        assert "没有这一页" in visitor.last


async def test_a_form_that_is_too_large_is_refused(site: Scene) -> None:
    async with caller(site) as visitor:
        await visitor.sign_in(OWNER)
        await visitor.get("/people")
        assert (await visitor.post("/people", name="x" * 100_000)).status == 413


@pytest.mark.parametrize("octets", [b"%FF", b"%ED%A0%80", b"%00", b"%C3", b"\xff\xfe", b"%"])
async def test_octets_that_are_no_text_bring_nothing_down(site: Scene, octets: bytes) -> None:
    text = octets.decode("latin-1")
    async with caller(site) as visitor:
        await visitor.sign_in(OWNER)
        for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded; charset=nonsense"):
            headers = {"Origin": site.url, "Content-Type": kind}
            async with visitor.session.post(f"{site.url}/people", data=octets, headers=headers) as answer:
                assert answer.status in {400, 403}
        for path in (f"/members?q={text}", f"/boxes/{text}", f"/members/{text}", f"/language/{text}?next={text}"):
            assert (await visitor.get(path)).status in {200, 303, 400, 404}
        await visitor.get("/people")
        headers = {"Origin": site.url, "Content-Type": "application/x-www-form-urlencoded"}
        body = b"name=" + octets + b"&csrf=" + octets
        async with visitor.session.post(f"{site.url}/people", data=body, headers=headers) as answer:
            assert answer.status in {400, 403}


async def test_the_pages_say_that_the_database_is_away_and_come_back_with_it(
    site: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnreachable("down")

    async with caller(site) as visitor:
        await visitor.sign_in(OWNER)
        with monkeypatch.context() as patch:
            patch.setattr(type(site.database), "read", away)
            assert (await visitor.get("/health")).status == 503
            assert (await visitor.get("/boxes")).status in {500, 503}
        assert (await visitor.get("/boxes")).status == 200
