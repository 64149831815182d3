"""Files of every format that hold the same table, for tests of reading."""

import gzip
import io

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

GOOD = "size,colour,when,ok\n1.5,red,2024-01-31,true\n,blue,2024-02-01,false\n3,,,\n"


def write(folder, content, name="data.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def packed_by_zstd(content):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


def in_format(name):
    frame = pd.DataFrame(
        {
            "size": [1.5, None, 3],
            "colour": ["red", "blue", None],
            "when": pd.to_datetime(["2024-01-31", "2024-02-01", None]),
            "ok": pd.array([True, False, None], dtype="boolean"),
        }
    )
    table, sink = pa.Table.from_pandas(frame), io.BytesIO()
    if name == "parquet":
        pyarrow.parquet.write_table(table, sink)
    elif name == "feather":
        pyarrow.feather.write_feather(table, sink, compression="uncompressed")
    elif name == "categories":
        frame["colour"] = frame["colour"].astype("category")
        pyarrow.parquet.write_table(pa.Table.from_pandas(frame), sink)
    return sink.getvalue()


FORMATS = {
    "comma": GOOD.encode(),
    "semicolon": GOOD.replace(",", ";").encode(),
    "tab": GOOD.replace(",", "\t").encode(),
    "bar": GOOD.replace(",", "|").encode(),
    "windows": GOOD.replace("\n", "\r\n").encode(),
    "byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "utf-16": GOOD.encode("utf-16"),
    "gzip": gzip.compress(GOOD.encode()),
    "zstd": packed_by_zstd(GOOD.encode()),
    "parquet": in_format("parquet"),
    "packed parquet": gzip.compress(in_format("parquet")),
    "feather": in_format("feather"),
    "categories": in_format("categories"),
}


def as_objects(frame):
    """Return a frame with text as objects, and None where it is missing, instead of categories."""
    return frame.apply(lambda column: column if column.dtype != "category" else pd.Series(cells(column), dtype=object))


def cells(column):
    """Return the cells of a column, with None where text is missing."""
    if column.dtype != "category":
        return column.tolist()
    return [None if pd.isna(cell) else cell for cell in column.tolist()]
