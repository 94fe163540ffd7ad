"""Names that sound right and belong to nobody."""

from __future__ import annotations

from random import Random

_FIRST = "鑫宏瑞恒润泰源丰盛兴嘉华德信诚顺福广利万金永新创汇联正康美安佳达隆昌裕祥乐和旺荣"
_SECOND = "达泰源丰盛兴华德信诚顺福利通金新创汇联康美安佳隆昌裕祥和旺荣腾远辉锋洋峰涛林森茂悦"
_SURNAMES = "陈李黄张刘曾朱叶何邓温钟赖谢罗廖丘欧邹古巫蓝骆诸彭江缪袁程吴杨梁"
_GIVEN = "伟强华明志勇军建文海辉国斌龙飞俊杰永光宏庆丽敏静芳燕玲娟英慧婷雪梅萍兰琴红霞莉艳"
_FAMILIAR = (
    "阿明", "阿强", "老友", "乡里", "客家", "旺角", "大众", "好又来", "百家", "天天", "邻里", "小城", "万绿", "东江",
    "新丰江", "学府", "幸福", "一品", "顺意", "如意", "吉祥", "便民", "惠民",
)  # fmt: skip


def firm_word(rng: Random) -> str:
    """The word by which a firm is told from others (字号)."""
    word = rng.choice(_FIRST) + rng.choice(_SECOND)
    return word + rng.choice(_SECOND) if rng.random() < 0.35 else word


def shop_word(rng: Random) -> str:
    """The same for an individual business: a surname, a familiar word, or both."""
    if rng.random() < 0.5:
        return firm_word(rng)
    return rng.choice(_SURNAMES) + rng.choice("记氏家姐哥嫂") + rng.choice(_FAMILIAR)


def person(rng: Random) -> str:
    """The name of an inspector."""
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN) + (rng.choice(_GIVEN) if rng.random() < 0.8 else "")


def contact(rng: Random) -> str:
    """How a contact is addressed; the sample holds no full names of people in firms."""
    return rng.choice(_SURNAMES) + rng.choice(["先生", "女士"])


def phone(rng: Random) -> str:
    """A telephone number that cannot be dialled: no local number begins with 0."""
    return f"0762-0{rng.randrange(1_000_000):06d}"
