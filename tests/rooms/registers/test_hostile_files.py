"""Files made to harm: they are refused in a sentence, and the server goes on."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from mingcha.registers import reading, uploads
from mingcha.registers.reading import read_tables
from mingcha.registers.rules import CannotImport


def book(cells: dict[tuple[int, int], str]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        page = made.add_worksheet()
        for (row, column), text in cells.items():
            page.write(row, column, text)
    return file.getvalue()


@pytest.mark.parametrize("corner", [(1_048_575, 16_383), (250_000, 500)])
def test_two_cells_that_span_a_giant_sheet_are_refused(corner):
    sparse = book({(0, 0): "名称", corner: "x"})

    with pytest.raises(CannotImport) as refused:
        read_tables("sparse.xlsx", sparse)

    assert str(refused.value) == "工作簿过大或无法读取,请删去空白的行和列后另存为 .xlsx,或拆分后分批导入"


def test_a_workbook_of_ordinary_size_is_read_with_its_types():
    [table] = read_tables("a.xlsx", book({(0, 0): "名称", (0, 1): "代码", (2, 0): "源城样例店"}))

    assert [(line.number, line.cells) for line in table.lines] == [(1, ("名称", "代码")), (3, ("源城样例店",))]


def test_a_file_that_is_too_large_is_not_kept(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)

    with pytest.raises(CannotImport, match="文件超过50MB"):
        uploads.keep(b"12345678901")

    assert list(tmp_path.iterdir()) == []


def test_uploads_are_readable_by_their_owner_only(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"

    digest = uploads.keep(b"a,b\n")

    kept = tmp_path / "files" / "imports" / digest[:2] / digest
    assert kept.stat().st_mode & 0o077 == 0
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0


def test_a_workbook_that_breaks_the_reader_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "LONGEST_READING", 0.001)

    with pytest.raises(CannotImport, match="工作簿过大或无法读取"):
        read_tables("a.xlsx", book({(0, 0): "名称"}))


@pytest.mark.parametrize("address", ["/registers/imports/", "/api/v1/registers/imports"])
def test_an_upload_that_is_too_large_is_refused_and_not_kept(client_of, settings, monkeypatch, address):
    settings.MEDIA_ROOT = settings.HOME / "too-large"
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    large = SimpleUploadedFile("a.csv", "名称,代码\n甲,1\n".encode() * 100)

    answer = client_of("office").post(address, {"kind": "SUBJECTS", "file": large}, follow=True)

    assert "文件超过50MB" in answer.content.decode()
    assert not (settings.HOME / "too-large").exists()
