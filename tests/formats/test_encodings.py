"""The encoding of a text is guessed from what it holds, and no worse on short ones."""

import numpy as np
import pytest
from files_of_tests import cells

from ridgenet.formats._encodings import likely_encoding, wide_encoding
from ridgenet.formats._reading import Reading, read_table
from ridgenet.formats._sources import Source

WORDS = {
    "German": (["Zürich", "Müller", "Größe", "für Gäste", "Straße"], ["cp1252"]),
    "French": (["Genève", "Hélène", "Orléans", "déjà vu", "être"], ["cp1252"]),
    "Spanish": (["Málaga", "niño", "corazón", "España"], ["cp1252"]),
    "prices": (["5 €", "12 €", "£3"], ["cp1252"]),
    "degrees": (["20°C", "21°C", "5 µm"], ["cp1252"]),
    "quotation marks": (["“quoted”", "it’s", "a – b", "“é”"], ["cp1252"]),
    "Chinese": (["王小明", "北京市", "上海浦东", "李雷"], ["gb18030", "big5"]),
    "Japanese": (["東京都", "山田太郎", "さくら", "カタカナ"], ["cp932", "euc_jp"]),
    "Korean": (["서울", "부산광역시", "김철수"], ["cp949"]),
    "Russian": (["Москва", "Иван Петров", "Санкт-Петербург"], ["cp1251", "koi8_r"]),
    "Greek": (["Αθήνα", "Γιώργος", "Μαρία"], ["cp1253"]),
}
TEXTS = [(name, encoding) for name, (_, encodings) in WORDS.items() for encoding in encodings]


def written(folder, text, encoding):
    (folder / "data.csv").write_bytes(text.encode(encoding))
    return folder / "data.csv"


def lines(words, n):
    return "k,word\n" + "".join(f"{k},{words[k % len(words)]}\n" for k in range(n))


@pytest.mark.parametrize("n", [30, 2000])
@pytest.mark.parametrize(("name", "encoding"), TEXTS)
def test_a_text_of_some_lines_is_read_as_it_was_written(tmp_path, name, encoding, n):
    words = [word for word in WORDS[name][0] if word.encode(encoding, "ignore").decode(encoding) == word]
    path = written(tmp_path, lines(words, n), encoding)
    likely = likely_encoding(Source.of(path))
    found = cells(read_table(path, Reading(encoding=likely)).frame["word"])
    assert found == [words[k % len(words)] for k in range(n)]


@pytest.mark.parametrize(
    ("word", "encoding"), [("é", "cp1252"), ("20°C", "cp1252"), ("5 €", "cp1252"), ("名字", "gb18030")]
)
def test_a_few_bytes_are_western_or_in_pairs_chinese(tmp_path, word, encoding):
    assert likely_encoding(Source.of(written(tmp_path, f"k,word\n1,{word}\n", encoding))) == encoding


def test_bytes_that_windows_does_not_know_are_latin_1(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes("k,word\n1,Zürich\n2,\x81\n".encode("latin-1"))
    assert likely_encoding(Source.of(path)) == "latin-1"


def test_it_looks_where_the_text_stops_being_utf_8(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"k,word\n" + b"1,plain\n" * 300_000 + lines(WORDS["Russian"][0], 30).encode("cp1251"))
    assert likely_encoding(Source.of(path)) == "cp1251"
    path.write_bytes(lines(WORDS["Russian"][0], 30).encode())
    assert likely_encoding(Source.of(path)) is None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["German", "Chinese", "Russian"])
def test_two_bytes_a_character_are_recognised_in_any_script(name, encoding):
    content = lines(WORDS[name][0], 30).encode(encoding)
    # cut off within a character, too
    assert wide_encoding(content) == wide_encoding(content[:-1]) == encoding


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(6)),
        bytes(1000),
        np.random.default_rng(0).bytes(5000),
        np.random.default_rng(0).random(500).tobytes(),
        np.arange(500).tobytes(),
        np.arange(500, dtype=np.int16).tobytes(),
        b"a,b\n1,x\n2,x\0y\n",
        b"abc\0def\0ghi\0" * 50,
        "x,name\n1,Zürich\n".encode("latin-1"),
    ],
)
def test_what_is_no_text_is_not_called_one_of_two_bytes(content):
    assert wide_encoding(content) is None
