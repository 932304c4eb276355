"""Pages for people: two languages, hostile text, few queries, no script needed."""

from __future__ import annotations

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from erqi_kg import errors
from erqi_kg.namespaces import Names
from erqi_kg.storedir import Release
from erqi_kg.web.showing import language
from erqi_kg.web.showing.foreign import foreign_labels
from erqi_kg.web.showing.problems import problem_type
from erqi_kg.web.site.gates import shown_gate
from tests.web.conftest import BROWSER, HOSTILE, CountingEngine

WEB = Path(language.__file__).parent.parent
PAGES = [
    "/", "/sparql", "/doc/division/1", "/doc/placement/news/vitality/1", "/doc/quote/news/b",
    "/graph/source/news",
    "/def", "/queries", "/queries/places-of-a-division", "/search?q=East", "/search", "/sources",
    "/sources/news", "/status", "/editor", "/editor?question=places-of-a-division",
    "/releases", "/problems",
    "/sparql?query=SELECT%20*%7B%3Fs%20%3Fp%20%3Fo%7D",
    "/sparql/doctor?query=SELECT%20*%7B%3Fs%20a%20%3Fs%7D&format=html",
]  # fmt: skip
TITLES = {"zh": "二七区知识图谱", "en": "Erqi Knowledge Graph"}
VOID = {"meta", "link", "input", "br", "wbr", "hr", "img", "line", "rect", "path"}


class WellFormed(HTMLParser):
    """Fails on elements that do not nest, and collects what tests look at."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if "href" in found:
            self.links.append(str(found["href"]))
        self.inline += [name for name in found if name == "style" or name.startswith("on")]
        is_data = found.get("type") == "application/ld+json"
        self.inline += ["script"] * (tag == "script" and "src" not in found and not is_data)
        self.inline += ["style"] * (tag == "style")
        self.headings += [tag] * (tag == "h1")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def read(text: str) -> WellFormed:
    parser = WellFormed()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_in_the_readers_language_well_formed_and_free_of_inline_code(
    client: FlaskClient, path: str, lang: str
) -> None:
    answer = client.get(path, headers={"Accept": BROWSER, "Accept-Language": lang})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    tag = {"zh": "zh-Hans", "en": "en"}[lang]
    assert f'<html lang="{tag}">' in answer.text
    assert TITLES[lang] in answer.text
    page = read(answer.text)
    assert page.inline == []
    assert page.headings == ["h1"]
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith(("/", "#", "http://", "https://")) for link in page.links)
    assert "Cookie" in answer.vary


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_at_most_four_queries(
    client: FlaskClient, engine: CountingEngine, path: str
) -> None:
    headers = {"Accept": BROWSER}
    client.get(path, headers=headers)  # the vocabulary of the release is asked once
    before = len(engine.asked)
    assert client.get(path, headers=headers).status_code == 200
    assert len(engine.asked) - before <= 4


@pytest.mark.parametrize(
    ("parameter", "cookie", "accept", "chosen"),
    [
        (None, None, None, "zh-Hans"), (None, None, "en", "en"), (None, None, "en-GB,en", "en"),
        (None, None, "fr, en;q=0.5", "en"), (None, None, "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        (None, None, "fr", "zh-Hans"), (None, "en", "zh", "en"), (None, "zh", "en", "zh-Hans"),
        ("en", "zh", "zh", "en"), ("xx", None, "en", "en"), (None, "xx", "en", "en"),
    ],
)  # fmt: skip
def test_the_language_is_chosen(
    client: FlaskClient, parameter: str | None, cookie: str | None, accept: str | None, chosen: str
) -> None:
    headers = {"Accept": BROWSER}
    headers |= {"Accept-Language": accept} if accept else {}
    headers |= {"Cookie": f"lang={cookie}"} if cookie else {}
    query = {"lang": parameter} if parameter else {}
    answer = client.get("/status", headers=headers, query_string=query)
    assert f'<html lang="{chosen}">' in answer.text


def test_the_switch_stays(client: FlaskClient) -> None:
    answer = client.get("/queries?lang=en", headers={"Accept": BROWSER})
    assert "lang=en" in answer.headers["Set-Cookie"]
    assert "private" in answer.headers["Cache-Control"]


def test_every_value_opens_the_words_behind_it(client: FlaskClient) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": "en"}
    for path in ("/doc/placement/news/vitality/1", "/doc/division/1", "/sources/news"):
        page = client.get(path, headers=headers).text
        assert (
            '<span class="context">城东区</span><mark>位列第12位</mark>'
            '<span class="context">。</span>'
        ) in page
    statement = client.get("/doc/placement/news/vitality/1", headers=headers).text
    assert "The title says so." in statement
    assert '<span class="basis inferred">inferred</span>' in statement


@pytest.mark.parametrize(("lang", "mark"), [("zh", "未核对"), ("en", "not confirmed")])
def test_words_that_no_text_confirmed_are_marked(client: FlaskClient, lang: str, mark: str) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": lang}
    shown = f">{mark}</span>"
    for path in (
        "/doc/claim/news/green", "/doc/quote/news/b", "/doc/division/2", "/sources/news",
        "/doc/support/claim/news/green/value/stated",
    ):  # fmt: skip
        assert shown in client.get(path, headers=headers).text, path
    for path in ("/doc/placement/news/vitality/1", "/doc/quote/news/a"):
        assert shown not in client.get(path, headers=headers).text, path


def test_a_description_says_whether_its_words_are_confirmed(client: FlaskClient) -> None:
    for name, is_confirmed in (
        ("claim/news/green", "false"),
        ("placement/news/vitality/1", "true"),
    ):
        text = client.get(f"/doc/{name}.nt").text
        assert f'def#confirmed> "{is_confirmed}"^^' in text


def test_a_quotes_page_shows_its_words_in_their_context_and_leads_to_their_place(
    client: FlaskClient,
) -> None:
    page = client.get("/doc/quote/news/a", headers={"Accept": BROWSER, "Accept-Language": "en"})
    assert ">位列第12位</h1>" in page.text
    assert (
        '<span class="context">城东区</span><mark>位列第12位</mark><span class="context">。</span>'
    ) in page.text
    assert 'href="/sources/news?at=3#at-3"' in page.text
    assert 'id="at-3"' in client.get("/sources/news?at=3", headers={"Accept": BROWSER}).text


def test_words_that_begin_with_a_quotation_mark_get_no_second_one(client: FlaskClient) -> None:
    page = client.get("/doc/claim/news/green", headers={"Accept": BROWSER}).text
    assert '<q lang="zh-Hans" class="bare">“绿”第7位</q>' in page


def test_a_thing_has_both_names_and_links_out(client: FlaskClient) -> None:
    page = client.get("/doc/division/1", headers={"Accept": BROWSER, "Accept-Language": "en"}).text
    assert '<h1 lang="en">East District</h1>' in page
    assert '<p class="subtitle" lang="zh-Hans">城东区</p>' in page
    assert 'href="http://www.wikidata.org/entity/Q1"' in page
    for extension in ("ttl", "nt", "jsonld", "rdf"):
        assert f'href="/doc/division/1.{extension}"' in page


def test_what_nobody_has_named_is_called_after_its_parts(client: FlaskClient) -> None:
    for lang, name in (("zh", "城东区"), ("en", "East District")):
        headers = {"Accept": BROWSER, "Accept-Language": lang}
        page = client.get("/sources/news", headers=headers).text
        assert "id:claim" not in page
        assert "id:placement" not in page
        assert f">{name}</a>" in page
        own = client.get("/doc/division/1", headers=headers).text
        assert ">id:placement" not in own


def test_a_link_out_names_where_it_leads(client: FlaskClient) -> None:
    for lang, name in (("zh", "维基数据 Q1"), ("en", "Wikidata Q1")):
        headers = {"Accept": BROWSER, "Accept-Language": lang}
        assert f">{name}</a>" in client.get("/doc/division/1", headers=headers).text


@pytest.mark.parametrize(
    "path",
    ["/doc/division/hostile", "/search?q=script",
     "/sparql?query=SELECT%20*%7B%3Fs%20%3Fp%20%3Fo%7D",
     "/search?q=%3Cscript%3Ealert(%221%22)%3C/script%3E",
     "/queries?tag=%3Cscript%3Ealert(%221%22)%3C/script%3E",
     "/queries/places-of-a-division?division=http://a/%22%3Cscript%3E",
     "/sparql?query=%3Cscript%3Ealert(%221%22)%3C/script%3E",
     "/%3Cscript%3Ealert(%221%22)%3C/script%3E"],
)  # fmt: skip
def test_hostile_text_stays_text(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": BROWSER}).text
    assert HOSTILE not in page
    assert "<script>" not in page
    assert 'href="javascript:' not in page
    assert read(page).inline == []


def test_search_finds_by_either_language_and_code_in_any_case(client: FlaskClient) -> None:
    for words in ("城东", "EAST", "east dist", "000001"):
        page = client.get("/search", query_string={"q": words}, headers={"Accept": BROWSER}).text
        assert 'href="/doc/division/1"' in page
    nothing = client.get("/search?q=no+such+thing&lang=en", headers={"Accept": BROWSER}).text
    assert "0 found" in nothing


def test_a_question_is_answered_for_the_given_parameter(client: FlaskClient) -> None:
    path = "/queries/places-of-a-division"
    assert client.get(path, headers={"Accept": "text/csv"}).text.splitlines()[1].endswith(",12")
    other = client.get(f"{path}?division=division/2", headers={"Accept": "text/csv"})
    assert len(other.text.splitlines()) == 1
    page = client.get(path, headers={"Accept": BROWSER}).text
    for part in ("curl -sS", "pandas", "httr2", "URLSearchParams", 'value="division/1"'):
        assert part in page
    assert client.get(f"{path}?division=<", headers={"Accept": "text/csv"}).status_code == 400


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("division=nonsense", 400, "id such as division/1"),
        ("division=ranking/1", 400, "id such as division/1"),
        ("division=DIVISION/1", 400, "id such as division/1"),
        ("division=division/1&division=division/2", 400, "division is given 2 times"),
        ("divison=division/1", 400, "no parameter divison; it has: division, lang"),
    ],
)
def test_a_question_says_which_parameter_is_wrong_and_what_is_wanted(
    client: FlaskClient, query: str, status: int, words: str
) -> None:
    answer = client.get(f"/queries/places-of-a-division?{query}")
    assert answer.status_code == status
    assert words in answer.get_json()["detail"]
    chinese = client.get(
        f"/queries/places-of-a-division?{query}",
        headers={"Accept": BROWSER, "Accept-Language": "zh"},
    ).text
    assert "参数" in chinese
    assert words not in chinese


def test_a_topic_that_is_none_and_a_parameter_nobody_knows_are_told(client: FlaskClient) -> None:
    assert client.get("/queries?tag=ranking").status_code == 200
    unknown = client.get("/queries?tag=nonsense")
    assert (unknown.status_code, "there are: ranking" in unknown.text) == (404, True)
    for query in ("tag=ranking&tag=ranking", "topic=ranking", "page=2"):
        assert client.get(f"/queries?{query}").status_code == 400


def test_a_question_names_its_columns_in_the_readers_language(client: FlaskClient) -> None:
    for lang, head in (("zh", "名次"), ("en", "rank")):
        headers = {"Accept": BROWSER, "Accept-Language": lang}
        page = client.get("/queries/places-of-a-division", headers=headers).text
        assert re.search(rf'<th [^>]*title="\?rank"[^>]*>{head}</th>', page)


def test_every_column_of_a_question_has_a_name_in_both_languages(built_app: Flask) -> None:
    client = built_app.test_client()
    listed = client.get("/queries", headers={"Accept": BROWSER}).text
    found = {}
    for path in sorted(set(re.findall(r'href="(/queries/[a-z0-9-]+)"', listed))):
        page = client.get(path, headers={"Accept": BROWSER, "Accept-Language": "zh"}).text
        found[path] = re.findall(r"<th [^>]*>(\?\w+)</th>", page)
    assert len(found) > 50
    assert {path: heads for path, heads in found.items() if heads} == {}


def test_only_names_that_nobody_gave_in_english_are_in_one_language(built_app: Flask) -> None:
    client = built_app.test_client()
    heads: dict[str, set[str]] = {"zh": set(), "en": set()}
    listed = client.get("/queries", headers={"Accept": BROWSER}).text
    for path in sorted(set(re.findall(r'href="(/queries/[a-z0-9-]+)"', listed))):
        for lang, found in heads.items():
            page = client.get(path, headers={"Accept": BROWSER, "Accept-Language": lang}).text
            found |= set(re.findall(r'title="\?(\w+)"[^>]*>[^<]*(?:（.文）| \(\w+\))<', page))
    assert heads == {
        "zh": set(),
        "en": {"nameZh", "oldNameZh", "formerZh", "asReadZh", "prefectureZh"},
    }


def test_an_answer_names_things_once_in_the_readers_language(built_app: Flask) -> None:
    for lang, name in (("zh", "生态项目"), ("en", "ecological projects")):
        headers = {"Accept": BROWSER, "Accept-Language": lang}
        page = built_app.test_client().get("/queries/how-far-groups-have-come", headers=headers)
        table = page.text[page.text.index('<table class="answer') :].partition("</table>")[0]
        assert re.findall(r'title="\?(\w+)"', table) == [
            *("group", "stage", "number", "total", "timeZh" if lang == "zh" else "timeEn"),
            *("figure", "words"),
        ]
        assert f">{name}</a>" in table
        assert "id:" not in re.sub(r"<[^>]*>", "", table)


def plain_text(page: str, lang: str) -> str:
    """The text of a page, without what is marked as being in another language, and code."""
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r"<(code|pre|textarea)\b.*?</\1>", " ", main, flags=re.DOTALL)
    main = re.sub(rf'<(\w+)[^>]*\blang="(?!{lang})[^"]*"[^>]*>.*?</\1>', " ", main, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", main)


@pytest.mark.parametrize(
    "path", ["/status", "/problems", "/nowhere", "/sparql?query=ASK%7B%3Fs%7D"]
)
def test_a_chinese_page_says_nothing_in_english(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": BROWSER, "Accept-Language": "zh"}).text
    names = r"urn:uuid:\S+|/problems\S*|/status|ERQI_\w+|[0-9a-f]{16}\.0"
    text = re.sub(names, "", plain_text(page, "zh"))
    known = {
        "SPARQL",
        "RDF",
        "RFC",
        "LIMIT",
        "MiB",
        "MB",
        "SHACL",
        "UTC",
        "SERVICE",
        "problem",
        "type",
    }
    assert set(re.findall(r"[A-Za-z]{3,}", text)) <= known


def test_every_kind_of_error_is_told_in_both_languages() -> None:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.RequestError | errors.ServiceError):
            for family in ("problem-title", "problem-meaning"):
                assert f"{family}.{problem_type(kind.title)}" in language.messages()


def test_the_gates_of_the_build_are_told_in_chinese(built_release: Release) -> None:
    for gate in built_release.manifest.gates:
        shown = shown_gate(gate, "zh")
        assert re.search("[\u3400-\u9fff]", shown.name)
        assert re.search("[\u3400-\u9fff]", shown.detail)
        assert shown_gate(gate, "en").name == gate.name


def test_the_query_a_question_shows_gives_its_answer(client: FlaskClient) -> None:
    path = "/queries/places-of-a-division"
    page = client.get(path, headers={"Accept": BROWSER}).text
    address = re.search(r'href="(/sparql\?query=[^"]+format=csv)"', page)
    assert address
    direct = client.get(address[1].replace("&amp;", "&"))
    assert direct.data == client.get(path, headers={"Accept": "text/csv"}).data


def test_every_text_is_in_both_languages_and_used() -> None:
    texts = language.messages()
    assert [key for key, entry in texts.items() if set(entry) != {"zh", "en"}] == []
    assert [key for key, entry in texts.items() if not all(entry.values())] == []
    templates = "".join(path.read_text(encoding="utf-8") for path in WEB.glob("templates/*.html"))
    assert [
        name for name in re.findall(r'\bt\("([\w.-]+)"[,)]', templates) if name not in texts
    ] == []
    families = (
        *(
            "basis.",
            "topics.",
            "mentions.",
            "kind.",
            "doctor.",
            "problem-title.",
            "summary.",
            "language.",
        ),
        *(
            "editor.",
            "reconcile.",
            "problem-meaning.",
            "error.",
            "member.",
            "gate.",
            "engine.",
            "limit.",
            "column.",
            "elsewhere.",
            "change.",
            "report.",
            "offer.",
            "change-kind.",
            "progress.",
            "said.",
            "position.",
        ),
    )
    unused = [key for key in texts if f'"{key}"' not in templates and not key.startswith(families)]
    assert unused == []
    fields = [
        set(re.findall(r"\{(\w+)\}", entry["zh"])) ^ set(re.findall(r"\{(\w+)\}", entry["en"]))
        for entry in texts.values()
    ]
    assert set().union(*fields) == set()


def test_no_text_stands_in_a_template_itself() -> None:
    for path in WEB.glob("templates/*.html"):
        text = re.sub(r"\{[{%#].*?[}%#]\}|二七", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not re.search("[\u3400-\u9fff]", text), path.name


def test_foreign_terms_are_named_in_both_languages() -> None:
    named = foreign_labels(Names().prefixes())
    assert [iri for iri, texts in named.items() if set(texts) != {"zh", "en"}] == []


def test_the_packages_texts_are_toml_with_unique_keys() -> None:
    for path in WEB.rglob("*.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))
    sections = [
        section
        for path in language.CATALOGUE.glob("*.toml")
        for section in tomllib.loads(path.read_text(encoding="utf-8"))
    ]
    assert len(sections) == len(set(sections))


def test_the_description_of_the_dataset_is_not_among_what_links_to_a_thing(
    built_app: Flask,
) -> None:
    page = built_app.test_client().get("/doc/division/100000?lang=en", headers={"Accept": BROWSER})
    listed = page.text.partition('<section aria-labelledby="links"')[2].partition("</section>")[0]
    links = re.findall(r'<li><a href="([^"]+)"', listed)
    assert [link for link in links if link.startswith("/.well-known/void#")] == []
    assert len(links) == len(set(links)) > 3
