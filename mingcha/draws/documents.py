"""Papers as .docx in the office layout of GB/T 9704—2012: A4, 37/28/26/35 mm, 小标宋 heads, 仿宋 text, 28 pt lines."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import docx
import segno
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from mingcha.draws.papers import REHEARSAL, Paper, Part

TITLE_FONT, TEXT_FONT, HEAD_FONT, PAGE_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
RED = RGBColor(0xB3, 0x26, 0x1E)
LINE = Pt(28)
LONGEST_TITLE = 255  # what the property of a document holds
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def write(paper: Paper) -> bytes:
    """The paper as .docx."""
    document = docx.Document()
    _page(document, paper)
    _head(document, paper)
    _pairs(document, paper.facts)
    if paper.address:
        _qr_code(document, paper)
    for part in paper.parts:
        _part(document, part)
    _foot(document, paper)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _page(document: Document, paper: Paper) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = paper.title[:LONGEST_TITLE], paper.office, ""
    if paper.made_at:
        properties.created = properties.modified = paper.made_at
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(0)
    normal.font.size = Pt(16)
    _font(normal.element.get_or_add_rPr(), TEXT_FONT)
    _page_number(section.footer.paragraphs[0])
    if paper.is_rehearsal:
        section.header.paragraphs[0]._p.append(_watermark())


def _font(properties: Any, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(script), name)


NO_XML = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that XML does not allow (XML 1.0, 2.2); people paste them with texts from elsewhere."""


def _say(paragraph: Paragraph, text: str, *, font: str = TEXT_FONT, size: float = 16, red: bool = False) -> Run:
    run = paragraph.add_run(NO_XML.sub(" ", text))
    run.font.size = Pt(size)
    _font(run._r.get_or_add_rPr(), font)
    if red:
        run.font.color.rgb = RED
    return run


def _paragraph(document: Document, *, indent: bool = False) -> Paragraph:
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    if indent:
        shape.first_line_indent = Pt(32)  # two characters of 三号
    return paragraph


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = CENTER
    _say(paragraph, "— ", font=PAGE_FONT, size=14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = _say(paragraph, "", font=PAGE_FONT, size=14)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)
    _say(paragraph, " —", font=PAGE_FONT, size=14)


def _watermark() -> Any:
    """演练 across every page: a shape in the header, as word processors make it themselves."""
    spaces = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    return parse_xml(
        f"<w:r {nsdecls('w')} {spaces}><w:pict>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="rehearsal" type="#_x0000_t136" fillcolor="#d9d9d9" stroked="f" style="position:absolute;'
        "width:420pt;height:210pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin"><v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{REHEARSAL}"/>'
        "</v:shape></w:pict></w:r>"
    )


def _head(document: Document, paper: Paper) -> None:
    office = document.add_paragraph()
    office.alignment = CENTER
    _say(office, paper.office, font=TITLE_FONT, size=26, red=True)
    office._p.get_or_add_pPr().append(
        parse_xml(f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="18" w:space="8" w:color="B3261E"/></w:pBdr>')
    )
    heading = document.add_paragraph()
    heading.alignment = CENTER
    heading.paragraph_format.space_before = Pt(20)
    _say(heading, paper.heading, font=TITLE_FONT, size=22)
    title = document.add_paragraph()
    title.alignment = CENTER
    title.paragraph_format.space_after = Pt(12)
    _say(title, paper.title)


def _pairs(document: Document, pairs: Sequence[tuple[str, str]]) -> None:
    for label, value in pairs:
        paragraph = _paragraph(document)
        _say(paragraph, f"{label}:", font=HEAD_FONT)
        _say(paragraph, value, size=10.5 if _is_digest(value) else 16)


def _is_digest(value: str) -> bool:
    return len(value) >= 32 and value.isascii()


def _qr_code(document: Document, paper: Paper) -> None:
    picture = io.BytesIO()
    segno.make(paper.address, error="m").save(picture, kind="png", scale=8, border=1)
    picture.seek(0)
    paragraph = document.add_paragraph()
    paragraph.alignment = CENTER
    run = paragraph.add_run()
    run.add_picture(picture, width=Mm(32))
    run._r.find(f".//{qn('wp:docPr')}").set("descr", paper.scan)
    below = document.add_paragraph()
    below.alignment = CENTER
    _say(below, f"{paper.scan} {paper.address}", size=10.5)


def _part(document: Document, part: Part) -> None:
    heading = _paragraph(document, indent=True)
    heading.paragraph_format.keep_with_next = True
    _say(heading, part.heading, font=HEAD_FONT)
    _pairs(document, part.pairs)
    if part.header:
        _table(document, part)
    for line in part.lines:
        _say(_paragraph(document, indent=True), line)
    for line in part.warnings:
        _say(_paragraph(document, indent=True), line, red=True)


def _table(document: Document, part: Part) -> None:
    table = document.add_table(rows=0, cols=len(part.header), style="Table Grid")
    for place, row in enumerate([part.header, *part.rows]):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            _say(cell.paragraphs[0], text, font=TEXT_FONT if place else HEAD_FONT, size=9 if _is_digest(text) else 12)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # the header again on every page


def _foot(document: Document, paper: Paper) -> None:
    for whose in paper.signatures:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(18)
        _say(paragraph, f"{whose}:____________________")
    if paper.note:
        _say(_paragraph(document, indent=True), paper.note)
    for text in (paper.office, paper.day):
        paragraph = _paragraph(document)
        paragraph.alignment = RIGHT
        _say(paragraph, text)
