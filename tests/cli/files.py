"""Files as offices send them, for the tests of the command line."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.registers_world import unit_id

SUBJECT_HEADING = ("企业名称", "统一社会信用代码", "区域", "住所", "企业类型")
GOOD_FIRM = ("源城新登记有限公司", unit_id("441602", 60), "源城区", "河源市源城区新路1号", "有限责任公司")
FIRM_WITHOUT_REGION = ("不知何处有限公司", unit_id("4416JD", 63), "", "新路2号", "有限责任公司")
ONE_OF_TWO = ("同码甲有限公司", unit_id("441602", 66), "源城区", "河源市源城区新路3号", "有限责任公司")
OTHER_OF_TWO = ("同码乙有限公司", unit_id("441602", 66), "源城区", "河源市源城区新路4号", "有限责任公司")
INSPECTOR_HEADING = ("姓名", "人员编号", "单位", "执法证号", "有效期至", "资质", "账号")
ITEM_HEADING = ("事项编码", "抽查类别", "抽查事项", "抽查依据", "部门", "抽查对象", "抽查比例")


def table(path: Path, heading: Sequence[str], *rows: Sequence[str], encoding: str = "utf-8") -> Path:
    """A CSV file."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([heading, *rows])
    return path


def document(path: Path, content: Any) -> Path:
    """A JSON file."""
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path
