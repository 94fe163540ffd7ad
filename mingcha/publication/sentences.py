"""The sentences that the verifier in the browser says besides those of fairdraw, and all of them for the page."""

from django.utils.translation import gettext

from fairdraw.words import ENGLISH
from mingcha.kernel.refusal import gettext_noop

OWN = (
    # verdicts
    gettext_noop("已证明:用公开的材料重新抽取,得到的名单一字不差。"),
    gettext_noop("公开部分已证明;名单按规定密封,由审计人员核验并会签。"),
    gettext_noop("核验未通过:下面带 ✗ 的检查不成立。请保存此文件,并向主办单位或监督单位反映。"),
    gettext_noop("这个文件无法核验:%(reason)s"),
    gettext_noop("没有取到档案包,请下载后再选择文件"),
    gettext_noop("正在核验:%(step)s"),
    gettext_noop("已计算 %(count)s 户"),
    gettext_noop("通过"),
    gettext_noop("不成立"),
    # what each check means
    gettext_noop("抽取前公布的文件齐全,见证人来自不同单位。"),
    gettext_noop("留痕是一本只能续写、不能涂改的账,这里核对了账上的签名和每一条记录。"),
    gettext_noop("规则和名册先定下、先登记,然后才有随机数。"),
    gettext_noop("您手里的文件与发布时登记的逐字相同。"),
    gettext_noop("见证人事先封好的随机数,打开后与封好的一致。"),
    gettext_noop("两个以上单位的审计人员各自重算,并对同一结果签字。"),
    gettext_noop("主办单位事先封好的随机数,打开后与封好的一致。"),
    gettext_noop("参加抽取的全部对象和抽取规则,与抽取前登记的一致。"),
    gettext_noop("参加选派的检查人员,与抽取前登记的一致。"),
    gettext_noop("每个对象的抽签号都重算了,被抽中的正是号码最小的那些。"),
    gettext_noop("候补的次序也重算了。"),
    gettext_noop("检查人员按种子重新选派,得到的正是同一个组。"),
    gettext_noop("每个席位都由合格、不需回避的人担任,工作量已尽量平均。"),
    gettext_noop("抽取时当场登记的结果,与现在重算的一致。"),
    # facts
    gettext_noop("场次"),
    gettext_noop("抽查基数"),
    gettext_noop("抽取户数"),
    gettext_noop("种子"),
    gettext_noop("结果摘要"),
    gettext_noop("结果树根"),
    # what the browser leaves to others
    gettext_noop("日志公钥与本站公布的相同;请再与另处公布的公钥核对:%(vkey)s"),
    gettext_noop("内容不是规程规定的形式:%(error)s"),
    gettext_noop("检查人员不够,没有能排出的检查组;本页重新选派,结果相同"),
    gettext_noop("其余已证明;信标 %(names)s 的签名没有在本页证明,请再用命令行核验。"),
    gettext_noop("信标 %(by)s 的签名"),
    gettext_noop("未证明"),
    gettext_noop("这里没有证明:签名的算法超出浏览器页面所能,请用命令行核验。"),
    gettext_noop("档案包被重新压缩过,请使用下载的原文件"),
    gettext_noop("档案包中有同名文件"),
    gettext_noop("浏览器版本过旧,不能解压抽样框,请换用新版浏览器"),
    # one's own ticket
    gettext_noop("属实:%(unit)s 在任务 %(task)s 中被抽中,抽签号 %(ticket)s。"),
    gettext_noop("属实:%(unit)s 在任务 %(task)s 中没有被抽中,抽签号 %(ticket)s。"),
    gettext_noop("不成立:这份凭据与公布的结果树根对不上。"),
    gettext_noop("凭据或树根的写法不对:%(reason)s"),
)


def spoken() -> dict[str, str]:
    """Every sentence of the verifier, in the reader's language."""
    return {sentence: gettext(sentence) for sentence in (*ENGLISH, *OWN)}
