"""Writes ../resources/tables: tables.json, what pandas reads of small tables that are hard to read, and Parquet files.

Made with Python 3.11, pandas 3.1, pyarrow 26.0. Run: python make_tables.py
"""

import csv
import io
import json
import pathlib

import pandas as pd

OUT = pathlib.Path(__file__).parent.parent / "resources" / "tables"

QUOTES = {
    "double": {},
    "none": dict(quoting=csv.QUOTE_NONE),
    "backslash": dict(escapechar="\\"),
}

CSV = [
    # name, quote, delimiter, content
    ("plain", "double", ",", "text,label\nx,a\ny,b\n"),
    ("quotes inside a field", "double", ",", 'text,label\nsay "x" to,a\ny",b\n'),
    ("a quote at the end of a field", "double", ",", 'text,label\n5",a\n6"",b\n'),
    ("text after a closing quote", "double", ",", 'text,label\n"abc"def,a\n"x" y,b\n'),
    ("a space after a closing quote", "double", ",", 'text,label\n"abc" ,a\n"x"\t,b\n'),
    ("a quoted word begins a sentence", "double", ",", 'text,label\n"Yes" said "he",a\nz,b\n'),
    ("quotes after a closing quote", "double", ",", 'text,label\n"a"b"c",a\n"a"b""c,b\n'),
    ("a delimiter after a reopened quote", "double", ",", 'text,label\n"a"b"c,d",a\n'),
    ("doubled quotes", "double", ",", 'text,label\n"say ""x""",a\n"""",b\n'),
    ("three quotes", "double", ",", 'text,label\n"""x""",a\n""y"",b\n'),
    ("empty quotes", "double", ",", 'text,label\n"",a\ny,""\n'),
    ("quoted words for missing", "double", ",", 'text,label\n"NA",a\n"None",b\nnull,c\n" NA ",d\n'),
    ("quoted newline", "double", ",", 'text,label\n"x\ny",a\n"p\r\nq",b\n"r\rs",c\n'),
    ("quoted blank lines", "double", ",", 'text,label\n"x\n\n  \ny",a\n'),
    ("quoted delimiter", "double", ",", 'text,label\n"x,y",a\n",",b\n'),
    ("an open quote at the end", "double", ",", 'text,label\nx,a\n"y,b\n'),
    ("an open quote closed rows later", "double", ",", 'text,label\n"x,a\ny,b\nz",c\n'),
    ("an open quote that swallows a row", "double", ",", 'text,label\n"x,a\n"y,b\n'),
    ("a quote alone at the end", "double", ",", 'text,label\nx,a\ny,"'),
    ("a closed quote at the end", "double", ",", 'text,label\nx,a\ny,"b"'),
    ("backslashes", "double", ",", 'text,label\nC:\\dir\\n,a\n"x\\"y,b\n'),
    ("a backslash before a quote in quotes", "double", ",", 'text,label\n"x \\"y\\" z",a\n'),
    ("CRLF", "double", ",", "text,label\r\nx,a\r\n\r\ny,b\r\n"),
    ("lone CR", "double", ",", "text,label\rx,a\r\ry,b\r"),
    ("mixed line ends", "double", ",", "text,label\rx,a\r\ny,b\nz,c\r"),
    ("CR before a delimiter", "double", ",", "text,label\nx,a\r,b\n"),
    ("BOM", "double", ",", "\ufefftext,label\nx,a\n"),
    ("BOM and quotes", "double", ",", '\ufeff"text","label"\n"x",a\n'),
    ("BOM and CRLF", "double", ",", "\ufefftext,label\r\nx,a\r\n"),
    ("blank lines", "double", ",", "\n\ntext,label\n\nx,a\n\n\ny,b\n\n"),
    ("lines of white space", "double", ",", "  \ntext,label\n \t \nx,a\n\t\ny,b\n  "),
    ("a no-break space is no blank line", "double", ",", "text,label\n\u00a0\nx,a\n"),
    ("a form feed is no blank line", "double", ",", "text,label\n\f\nx,a\n"),
    ("rows that begin with spaces", "double", ",", "text,label\n  x,a\n\ty,b\n , c\n"),
    ("short rows", "double", ",", "text,label\nx\ny,b\nz\n"),
    ("a row too long", "double", ",", "text,label\nx,a\ny,b,c\n"),
    ("a first row too long", "double", ",", "text,label\nx,a,b\n"),
    ("a delimiter at the end of all rows", "double", ",", "text,label\nx,a,\ny,b,\n"),
    ("spaces after the delimiter", "double", ",", 'text,label\nx, a\ny, "b"\n'),
    ("quotes after a space", "double", ",", 'text,label\n "x, y",a\n'),
    ("doubled delimiters", "double", ",", "text,,label\nx,,a\n,,b\n"),
    ("no newline at the end", "double", ",", "text,label\nx,a\ny,b"),
    ("a delimiter at the end of the file", "double", ",", "text,label\nx,a\ny,"),
    ("cells of white space", "double", ",", 'text,label\n " ",a\n" ",b\n\u00a0,c\n'),
    ("a quoted header over two lines", "double", ",", '"te\nxt",label,text\n1,a,x\n'),
    ("one column", "double", ",", 'text\nx\n""\n" "\n\ny\n'),
    ("a NUL", "double", ",", "text,label\nx\x00y,a\n" + "a row without one,b\n" * 4),
    ("semicolon", "double", ";", 'text;label\n"x;y";a\nz,w;b\n'),
    ("tab", "double", "\t", "text\tlabel\nx, y\ta\n\tb\n\t\nz\t c\n"),
    ("tab and blank lines", "double", "\t", "text\tlabel\n \n \t\nx\ta\n"),
    ("bar", "double", "|", 'text|label\n"x|y"|a\nz|b\n'),
    ("space", "double", " ", 'text label\n"x y" a\n\n  \nz b\n'),
    ("none: quotes", "none", ",", 'text,label\n"x,a\n"y",b\nz""w,c\n'),
    ("none: an open quote at the end", "none", ",", 'text,label\nx,a\n"y,b\n'),
    ("none: quotes of a sentence", "none", "\t", 'text\tlabel\n"Yes," he said.\ta\n"\tb\n'),
    ("none: a quoted header", "none", ",", '"text","label",text,label\n1,2,x,a\n'),
    ("none: missing words", "none", ",", 'text,label\n"NA",a\nNA,b\n'),
    ("none: a backslash", "none", ",", "text,label\nx\\,a\n"),
    ("backslash: escaped quotes", "backslash", ",", 'text,label\n"x \\"y\\" z",a\n"\\"",b\n'),
    ("backslash: escaped delimiters", "backslash", ",", "text,label\nx\\,y,a\n\\\"z,b\n"),
    ("backslash: escaped letters", "backslash", ",", 'text,label\nC:\\dir\\n,a\n"\\t\\\\x",b\n'),
    ("backslash: an escaped newline", "backslash", ",", "text,label\nx\\\ny,a\nz\\\r\nw,b\n"),
    ("backslash: doubled quotes", "backslash", ",", 'text,label\n"x ""y"" z",a\n'),
    ("backslash: at the end of quotes", "backslash", ",", 'text,label\n"x\\\\",a\n"y\\","b"\n'),
    ("backslash: at the end of the file", "backslash", ",", "text,label\nx,a\ny,b\\"),
    ("backslash: at the end in quotes", "backslash", ",", 'text,label\nx,a\ny,"b\\'),
    ("backslash: after a closing quote", "backslash", ",", 'text,label\n"x"\\"y,a\n'),
    ("backslash: begins a row", "backslash", ",", "text,label\n\\x,a\n\\ y,b\n"),
]

JSON_LINES = [
    ("texts", '{"text": "x", "label": "a"}\n{"label": "b", "text": "y \\"z\\" \\u0416\\n"}\n'),
    ("no newline at the end", '{"text": "x", "label": "a"}\n{"text": "y", "label": "b"}'),
    ("blank lines", '\n{"text": "x", "label": "a"}\n\n  \n{"text": "y", "label": "b"}\n\n'),
    ("CRLF", '{"text": "x", "label": "a"}\r\n{"text": "y", "label": "b"}\r\n'),
    ("null and absent", '{"text": "x", "label": null}\n{"label": "b"}\n{"text": "z", "label": "c"}\n'),
    ("words", '{"text": "None", "label": "NA"}\n{"text": "", "label": "null"}\n{"text": " ", "label": "nan"}\n'),
    ("whole numbers", '{"text": "x", "label": 1}\n{"text": "y", "label": -20}\n{"text": "z", "label": 0}\n'),
    ("other numbers", '{"text": "x", "label": 1.50}\n{"text": "y", "label": 2e-7}\n{"text": "z", "label": 123456.789}\n'
                      '{"text": "w", "label": 0.1}\n{"text": "v", "label": 1e22}\n'),
    ("truth values", '{"text": "x", "label": true}\n{"text": "y", "label": false}\n'),
    ("other fields", '{"text": "x", "label": "a", "meta": {"p": [1, {}]}}\n{"id": [], "text": "y", "label": "b"}\n'),
]


def rows(frame):
    header = frame.columns.tolist()
    return dict(header=header, rows=[[None if pd.isna(v) else str(v) for v in row]
                                     for row in frame.itertuples(index=False, name=None)])


def read_csv(quote, delimiter, content):
    try:
        frame = pd.read_csv(io.BytesIO(content.encode()), dtype=str, sep=delimiter, engine="c", **QUOTES[quote])
    except pd.errors.ParserError as e:
        return dict(error=str(e).strip())
    if not isinstance(frame.index, pd.RangeIndex):
        return dict(error="takes the first column for an index")
    return rows(frame)


def read_json(content):
    frame = pd.read_json(io.StringIO(content), lines=True)
    return rows(frame[["text", "label"]])


def write_parquet():
    frame = pd.DataFrame({
        "text": ["раз", "None", None, "", "NA"],
        "label": ["a", "b", "a", "b", "c"],
        "whole": [1, -2, 3, 2**62, 0],
        "small": pd.array([1, 255, 0, 7, 8], dtype="uint8"),
        "optional": pd.array([1, None, 3, None, 5], dtype="Int64"),
        "real": [0.1, float("nan"), 1e22, 2.0, -1.5e-7],
        "single": pd.array([0.1, 1e-4, 999999, 1e6, float("inf")], dtype="float32"),
        "truth": [True, False, True, False, True],
        "kind": pd.Categorical(["x", "y", "x", None, "y"]),
        "list": [[1], [], None, [2, 3], [4]],
        "day": pd.to_datetime(["2026-01-01"] * 5),
    })
    for codec in ("none", "snappy", "gzip", "lz4", "zstd"):
        frame.to_parquet(OUT / f"{codec}.parquet", index=False, compression=codec, row_group_size=2)
    frame[["text"]].to_parquet(OUT / "brotli.parquet", index=False, compression="brotli")
    read = pd.read_parquet(OUT / "none.parquet", dtype_backend="numpy_nullable")
    return rows(read[["text", "label", "whole", "small", "optional", "real", "single", "truth", "kind"]])


def main():
    OUT.mkdir(exist_ok=True)
    tables = [dict(name=name, quote=quote, delimiter=delimiter, content=content, **read_csv(quote, delimiter, content))
              for name, quote, delimiter, content in CSV]
    lines = [dict(name=name, content=content, **read_json(content)) for name, content in JSON_LINES]
    text = json.dumps(dict(csv=tables, json_lines=lines, parquet=write_parquet()), ensure_ascii=True, indent=1)
    (OUT / "tables.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
