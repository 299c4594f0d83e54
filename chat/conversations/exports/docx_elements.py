"""Word features that python-docx lacks: list numbering, checkboxes, right-to-left text."""

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from chat.conversations.exports.blocks import Marker

#: Word supports nine list levels.
DEEPEST_LIST = 9
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_BULLETS = "•◦▪"


class Lists:
    """Each ordered list counts separately, from its own first number."""

    def __init__(self, document: WordDocument) -> None:
        self._numbering = document.part.numbering_part.element
        self._bullets = self._define("bullet")
        self._numbers = self._define("decimal")
        self._bulleted = self._instance(self._bullets)
        self._counting: dict[int, int] = {}

    def begin_text(self) -> None:
        """Forget the ``list_id`` values of the previous text."""
        self._counting.clear()

    def number(self, paragraph: Paragraph, marker: Marker, *, depth: int) -> None:
        level = depth - 1
        if marker.number is None:
            instance = self._bulleted
        else:
            if marker.list_id not in self._counting:
                self._counting[marker.list_id] = self._instance(
                    self._numbers, level=level, start=marker.number
                )
            instance = self._counting[marker.list_id]
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = level
        properties.get_or_add_numId().val = instance

    def _define(self, number_format: str) -> int:
        known = self._numbering.findall(qn("w:abstractNum"))
        number = 1 + max((int(each.get(qn("w:abstractNumId"))) for each in known), default=0)
        definition = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">'
            '<w:multiLevelType w:val="multilevel"/>'
            f"{''.join(_level(level, number_format) for level in range(DEEPEST_LIST))}"
            "</w:abstractNum>"
        )
        # Word ignores definitions that come after instances.
        self._numbering.insert(len(known), definition)
        return number

    def _instance(self, definition: int, *, level: int = 0, start: int | None = None) -> int:
        instance = self._numbering.add_num(definition)
        if start is not None:
            instance.add_lvlOverride(ilvl=level).add_startOverride(start)
        return int(instance.numId)


def _level(level: int, number_format: str) -> str:
    text = f"%{level + 1}." if number_format == "decimal" else _BULLETS[level % len(_BULLETS)]
    indent = 425 * (level + 1)
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{indent}" w:hanging="425"/></w:pPr></w:lvl>'
    )


def add_checkbox(paragraph: Paragraph, *, checked: bool) -> None:
    font = '<w:rFonts w:ascii="MS Gothic" w:eastAsia="MS Gothic" w:hAnsi="MS Gothic"/>'
    paragraph._p.append(
        parse_xml(
            f'<w:sdt {nsdecls("w")} xmlns:w14="{_W14}"><w:sdtPr><w14:checkbox>'
            f'<w14:checked w14:val="{int(checked)}"/>'
            '<w14:checkedState w14:val="2611" w14:font="MS Gothic"/>'
            '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/>'
            "</w14:checkbox></w:sdtPr><w:sdtContent>"
            f"<w:r><w:rPr>{font}</w:rPr><w:t>{'☑' if checked else '☐'}</w:t></w:r>"
            "</w:sdtContent></w:sdt>"
        )
    )


def mark_right_to_left(paragraph: Paragraph) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        OxmlElement("w:bidi"), "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind",
        "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr",
    )  # fmt: skip
    for run in paragraph.runs:
        if not run.text.isascii():
            run.font.rtl = True
            run.font.cs_bold, run.font.cs_italic = run.bold, run.italic
