"""What the page says: complete in every language, and about what is shown."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ridgenet import _datasets as datasets
from ridgenet.formulas import LOSSES
from ridgenet.page import _translations as page_translations
from ridgenet.page._translations import CATALOGUES, LANGUAGES, SOURCE, messages, translations
from ridgenet.page.app import _live as live
from ridgenet.page.app._findings import MEANINGS, meaning_of
from ridgenet.page.app._problem import Problem
from ridgenet.page.app._view import content_of

ROOT = Path(__file__).parents[2]
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]
TAGS = ({"linear", "deep"}, {"classes", "numbers"}, {"path", "live"})


def catalogue(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "ridgenet.po").open("rb") as file:
        return read_po(file)


def texts(message_part):
    """Return a text, or those for each number, as a tuple."""
    return (message_part,) if isinstance(message_part, str) else tuple(message_part)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """Return the messages of the source, collected as `make messages` collects them."""
    template = tmp_path_factory.mktemp("messages") / "ridgenet.pot"
    source = Path(page_translations.__file__).parent
    command = ["extract", "--mapping-file", ROOT / "pyproject.toml", "--output-file", template, source]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "--quiet", *command], check=True)
    with template.open("rb") as file:
        return read_po(file)


def test_there_is_a_catalogue_for_every_language():
    assert sorted(folder.name for folder in CATALOGUES.iterdir()) == sorted(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_no_other_one(extracted, language):
    found = catalogue(language)
    in_source, in_catalogue = ({(m.context, m.id) for m in messages if m.id} for messages in (extracted, found))
    assert len(in_source) > 100
    assert in_catalogue == in_source
    assert not found.obsolete
    assert [m.id for m in found if m.id and (m.fuzzy or not all(texts(m.string)))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_placeholders_of_the_message(language):
    def placeholders(text):
        return set(re.findall(r"{\w*}", text))

    for message in catalogue(language):
        for text in texts(message.string):
            assert placeholders(text) == placeholders(texts(message.id)[-1])


@pytest.mark.parametrize("language", TRANSLATED)
def test_names_that_other_modules_give_are_translated(language):
    names = {*datasets.DRAWN, *(f"cross-validated {loss.score_name}" for loss in LOSSES.values())}
    assert names - messages(language).keys() == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_that_is_said_is_translated(moons, paths, language):
    said = set()
    classes = paths.learned(Problem("file", hidden_layer_sizes=(2,)))
    numbers = paths.learned(Problem("file", target="fare", columns=("age",), hidden_layer_sizes=(2,)))
    for learned in (moons, classes, numbers):
        content_of(learned, lambda text: said.add(text) or text)
        live.frame(learned, live.State.at_start(learned), 1.0, lambda text: said.add(text) or text)
    assert len(said) > 20
    assert said - messages(language).keys() == set()


def test_a_number_has_its_form():
    for language, n, text in ((SOURCE, 1, "1 λ value"), (SOURCE, 50, "50 λ values"), ("zh", 50, "50 个 λ")):
        said = translations(language).ngettext("{n} λ value, computed earlier", "{n} λ values, computed earlier", n)
        assert re.split("[,，]", said.format(n=n))[0] == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tags", list(itertools.product(*map(sorted, TAGS))))
def test_what_is_seen_is_called_what_it_is(language, tags):
    foreign = {
        "linear": ("hidden units", "bends", "隐藏单元", "弯曲"),
        "numbers": ("boundary", "errors", "边界", "错误"),
        "live": ("ross-validation finds", "交叉验证表明", "交叉验证找不到"),
    }
    for name in MEANINGS:
        title, *sentences = meaning_of(name, set(tags), translations(language).gettext)
        assert title
        # a network without hidden units is not called collapsed to a linear model
        if name == "line" and "linear" in tags:
            continue
        said = title + "".join(sentences)
        for tag in tags:
            assert [word for word in foreign.get(tag, ()) if word in said] == []
