"""The English of every sentence this package says; the Chinese is the source and stands where it is said."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH = {
    # bundle
    "档案包无法读取:%(error)s": "the bundle cannot be read: %(error)s",
    "档案包不是按规程打包的,请使用下载的原文件": "the bundle is not packed by the protocol; use the file as downloaded",
    "档案包中有不认识的文件:%(name)s": "the bundle holds a file that does not belong there: %(name)s",
    "压缩文件已损坏:%(error)s": "a compressed file is damaged: %(error)s",
    "档案包过大": "the bundle is too large",
    # canonical
    "JSON 的层次超过 %(most)s 层": "a value of the JSON is inside more than %(most)s lists and objects",
    "整数过大:%(number)s": "the integer is too large: %(number)s",
    "JSON 的键必须是文本": "JSON keys must be text",
    "规程不允许 %(kind)s 类型的值": "the protocol has no values of type %(kind)s",
    "文本不是 NFC 形式:%(text)s": "the text is not in NFC: %(text)s",
    "文本不能写成 UTF-8": "the text cannot be written as UTF-8",
    "不是有效的 JSON:%(error)s": "this is not JSON: %(error)s",
    "JSON 不是规范形式(RFC 8785)": "the JSON is not in canonical form (RFC 8785)",
    "不是有效的代码:%(text)s": "this is not a valid code: %(text)s",
    "不是有效的编号:%(text)s": "this is not a valid number: %(text)s",
    "不是十进制小数:%(text)s": "this is not a decimal: %(text)s",
    "不是小写十六进制:%(text)s": "this is not lowercase hex of the right length: %(text)s",
    # ceremony
    "%(unit)s 不在任务 %(task)s 的抽查基数中": "%(unit)s is not in the frame of task %(task)s",
    # design
    "检查组的席位不能超过 %(most)s 个": "a team may have no more than %(most)s seats",
    "方案的规程版本或公开方式不对": "the design's protocol version or kind of release is wrong",
    "系统舍入不能与减少干扰规则同用": "systematic rounding and the burden rule exclude each other",
    "方案的字段不对,应有:%(keys)s": "the design's fields are wrong; required: %(keys)s",
    "不是有效的数目:%(value)s": "this is not a valid count: %(value)s",
    "比例不能大于 1:%(ratio)s": "a ratio cannot exceed 1: %(ratio)s",
    "检查时段不对:%(window)s": "the window is wrong: %(window)s",
    "没有舍入方式“%(rounding)s”": "there is no rounding “%(rounding)s”",
    "没有抽取规则“%(kind)s”": "there is no rule “%(kind)s”",
    "系统舍入不能再设最低户数": "systematic rounding allows no minimum",
    "方案的分层不对": "the design's strata are wrong",
    "方案中应为列表:%(value)s": "the design needs a list here: %(value)s",
    "比例区间的下限大于上限": "the range of ratios begins above its end",
    "减少干扰的系数必须大于 0": "the burden rule's delta must be above 0",
    "检查组的席位或区域规则不对": "the seats or the region rule of the teams are wrong",
    "比例为 0(免抽)必须写明理由:%(where)s": "a ratio of 0 (exemption) needs a written reason: %(where)s",
    "风险高而比例低必须写明理由:%(where)s": "a lower ratio at higher risk needs a written reason: %(where)s",
    "公开含风险等级的分层必须写明理由:%(where)s": "openly releasing risk classes needs a written reason: %(where)s",
    "分批时段应为 2 至 99 个,依次排列、互不重叠": "there must be 2 to 99 windows of batches, one after the other",
    "分批时段应在检查时段之内": "the windows of batches must lie within the task's window",
    "分层代码没有风险等级:%(stratum)s": "the stratum's code has no risk class: %(stratum)s",
    # fairness
    "席位重复:%(visit)s 第 %(seat)s 席": "seat %(seat)s of %(visit)s is held twice",
    "席位空缺或多余:%(visit)s 第 %(seat)s 席": "seat %(seat)s of %(visit)s is empty, or one too many",
    "%(inspector)s 不能担任 %(visit)s 第 %(seat)s 席": "%(inspector)s may not take seat %(seat)s of %(visit)s",
    "%(inspector)s 在 %(visit)s 中出现两次": "%(inspector)s is twice in %(visit)s",
    "%(inspector)s 超过检查次数上限": "%(inspector)s has more visits than the cap",
    "负担不均:%(high)s 的检查可转给 %(low)s": "uneven load: a visit of %(high)s could pass on to %(low)s",
    # frame
    "检查人员 %(inspector)s 的次数过大": "too many visits for inspector %(inspector)s",
    "检查对象重复:%(unit)s": "the unit comes twice: %(unit)s",
    "文件没有按代码排序": "the file is not sorted by code",
    "文件含有代码以外的字符": "the file holds characters that no code has",
    "文件最后一行没有换行": "the file's last line is not ended",
    "第 %(line)s 行应有两列": "line %(line)s should have two fields",
    "检查次数不对:%(unit)s": "the number of visits is wrong: %(unit)s",
    "检查次数不是整数": "a number of visits is not whole",
    "检查人员 %(inspector)s 的次数不能为负": "inspector %(inspector)s has a negative number",
    "检查人员重复": "an inspector comes twice",
    "检查人员名单没有按规程书写": "the inspectors' frame is not written as the protocol says",
    "检查人员名单第 %(line)s 行的字段不对": "line %(line)s of the inspectors' frame has wrong fields",
    # note
    "签名不能超过 %(most)s 个": "there may be no more than %(most)s signatures",
    "不是有效的 base64:%(text)s": "this is not base64: %(text)s",
    "日志公钥的形式不对": "the log's key has the wrong form",
    "日志公钥的标识不对": "the log's key has the wrong id",
    "不是有效的签名文书": "this is not a signed note",
    "签名行的形式不对:%(line)s": "a signature line has the wrong form: %(line)s",
    "不是有效的检查点": "this is not a checkpoint",
    "不是有效的存证回执": "this is not a receipt",
    "检查点没有 %(name)s 的有效签名": "the checkpoint has no valid signature of %(name)s",
    # quotas
    "方案没有规定分层:%(strata)s": "the design has no rule for: %(strata)s",
    "系统舍入的数量在种子产生之后才能确定": "sizes by systematic rounding are known only after the seed",
    "未达检查次数上限的只有 %(able)s 户,不够抽取 %(n)s 户": "only %(able)s units are below the cap; %(n)s are needed",
    # seed
    "盐值必须是 32 字节": "a salt has 32 bytes",
    "随机前缀必须是 32 字节": "a nonce has 32 bytes",
    "随机输入不能为空": "a random input cannot be empty",
    "盐值和公告摘要都必须是 32 字节": "salt and statement digest have 32 bytes each",
    "至少要有一个随机来源,且不能为空": "there must be at least one source of randomness, and none empty",
    # sources and their evidence
    "随机来源的字段不对,应有:%(keys)s": "the source's fields are wrong; required: %(keys)s",
    "随机来源的“%(key)s”不对:%(value)s": "the source's “%(key)s” is wrong: %(value)s",
    "凭据的字段不对,应有:%(keys)s": "the evidence's fields are wrong; required: %(keys)s",
    "凭据的“%(key)s”不对:%(value)s": "the evidence's “%(key)s” is wrong: %(value)s",
    "随机来源须在冻结至少十分钟之后产生:%(by)s,%(at)s": (
        "a source must arise ten minutes after the freeze or later: %(by)s, %(at)s"
    ),
    "信标的轮次太远:%(round)s": "the beacon's round lies beyond the calendar: %(round)s",
    "信标的公钥与签名方案不配套": "the beacon's public key is not of its scheme",
    "链的标识与公钥、起点、周期不符:%(hash)s": "the chain's hash is not that of key, genesis and period: %(hash)s",
    "信标的值不是签名的摘要": "the beacon's value is not the digest of its signature",
    "信标的签名不成立": "the beacon's signature does not hold",
    "凭据不是公告的那个脉冲": "the evidence is not of the pulse declared",
    "脉冲的时间与公告的不符:%(time)s": "the pulse has another time than was declared: %(time)s",
    "脉冲的输出值不是各字段的摘要": "the pulse's output is not the digest of its fields",
    "证书不是公告的那一张": "the certificate is not the one declared",
    "证书不是 PEM 格式": "the certificate is not in PEM",
    "脉冲的签名不成立": "the pulse's signature does not hold",
    "号码的个数或大小与公告的不符:%(numbers)s": "these are not as many or not as large as was declared: %(numbers)s",
    # statement
    "随机来源不能超过 %(most)s 个": "there may be no more than %(most)s sources of randomness",
    "任务要求派出检查组,但没有冻结检查人员名单": "tasks ask for teams, but no inspectors' frame was frozen",
    "任务 %(task)s 的公开方式与场次不同": "task %(task)s has another kind of release than the ceremony",
    "任务 %(task)s 的减少干扰规则与检查次数不配套": "task %(task)s: burden rule and earlier visits do not go together",
    "抽取公告的字段不对": "the statement's fields are wrong",
    "抽取公告的演练标记或公开方式不对": "the statement's rehearsal mark or kind of release is wrong",
    "演练场次的编号以 R 开头,正式场次不得以 R 开头": "a rehearsal's number begins with R, and no other's does",
    "抽取公告中应为文本:%(value)s": "the statement needs a text here: %(value)s",
    "冻结时间不是 RFC 3339 格式:%(text)s": "the time of the freeze is not in RFC 3339: %(text)s",
    "没有公告随机来源": "no source of randomness is declared",
    "第 %(place)s 个随机来源不对": "source of randomness no. %(place)s is wrong",
    "只有见证人需要承诺": "only witnesses commit",
    "后备来源必须指明在它之前的来源": "a fall-back names a source before it",
    "见证人不能有后备,也不能作后备": "a witness neither has a fall-back nor is one",
    "随机来源或承诺重复": "a source or a commitment comes twice",
    "见证人至少两名,来自不同单位": "there must be at least two witnesses, of different organs",
    "操作系统随机数只能用于演练": "the operating system's generator is for rehearsals only",
    "场次没有任务": "the ceremony has no task",
    "公告中任务的字段不对": "the fields of a task in the statement are wrong",
    "任务 %(task)s 的数目不对": "the counts of task %(task)s are wrong",
    "任务没有按编号排列,或有重复": "the tasks are not sorted by number, or one comes twice",
    "随机数文件的字段不对": "the fields of the entropy file are wrong",
    "随机来源没有事先公告:%(by)s": "the source was not declared: %(by)s",
    "随机来源缺失、重复或次序不对": "a source is missing, comes twice or is out of order",
    "随机来源的值为空:%(by)s": "the source's value is empty: %(by)s",
    "随机来源的值与凭据不符:%(by)s": "the source's value is not what its evidence gives: %(by)s",
    "只有见证人有随机前缀:%(by)s": "only witnesses have a nonce: %(by)s",
    "见证人打开的值与承诺不符:%(by)s": "what the witness opened is not what was committed: %(by)s",
    # suite
    "没有算法套件“%(suite)s”": "there is no suite “%(suite)s”",
    # teams
    "这 %(n)s 个席位(%(seats)s)只能由这 %(m)s 名检查人员(%(inspectors)s)担任,而他们合计只有 %(k)s 个名额": (
        "these %(n)s seats (%(seats)s) can only be served by these %(m)s inspectors (%(inspectors)s), "
        "who have %(k)s places between them"
    ),
    # verify: what was wrong
    "日志公钥不是 Ed25519:%(vkey)s": "the log's key is not one of Ed25519: %(vkey)s",
    "%(member)s 第 %(line)s 行不符:应为“%(expected)s”,实为“%(found)s”": (
        "%(member)s differs in line %(line)s: expected “%(expected)s”, found “%(found)s”"
    ),
    "缺少文件 %(name)s": "the file %(name)s is missing",
    "存证中应有一条 %(act)s,实有 %(count)s 条": "the ledger's proof should have one %(act)s and has %(count)s",
    "存证文件的字段不对": "the fields of the ledger's proof are wrong",
    "存证次序不对:应先公告,后抽取": "the entries are out of order: first the commitment, then the draw",
    "检查点不属于日志 %(name)s": "the checkpoint is not of the log %(name)s",
    "存证条目的字段不对": "the fields of a ledger entry are wrong",
    "存证条目没有按次序排列": "the ledger entries are not in order",
    "存证条目 %(index)s 的内容不对": "ledger entry %(index)s has a wrong body",
    "存证条目 %(index)s 不属于本场次": "ledger entry %(index)s is not of this ceremony",
    "存证条目 %(index)s 不在日志中": "ledger entry %(index)s is not in the log",
    "抽取公告与日志中的摘要不符": "the statement is not the one committed to in the ledger",
    "文件与发布时登记的摘要不符:%(names)s": "not as they were released: %(names)s",
    "随机数文件与日志中的摘要不符": "the entropy file is not the one in the ledger",
    "盐值与公告的承诺不符": "the salt does not open its commitment",
    "文件与任务不对应:%(names)s": "files and tasks do not correspond: %(names)s",
    "任务 %(task)s 的方案不对": "the design of task %(task)s is wrong",
    "任务 %(task)s 与公告不符:%(keys)s": "task %(task)s is not as it was stated: %(keys)s",
    "检查人员名单缺失或多余": "the inspectors' frame is missing, or should not be there",
    "检查人员名单与公告不符": "the inspectors' frame is not the one committed to",
    "不应有检查组文件": "there should be no file of teams",
    "检查组文件的形式不对": "the file of teams has the wrong form",
    "全部对象的抽签树根与日志不符": "the root over all units is not the one in the ledger",
    "抽取结果与日志中的摘要不符": "the result is not the one in the ledger",
    "文件不完整:有 %(names)s 而无盐值": "the bundle is incomplete: it has %(names)s, but no salt",
    "至少要有两个单位的审计人员对同一结果会签": "auditors of two organs or more must have countersigned this result",
    # verify: what it rests on
    "这是演练,不是正式抽取": "this is a rehearsal, not a draw",
    "同一任务有无其他场次,以完整日志为准": "whether the same task had other ceremonies: see the whole ledger",
    "日志公钥取自本文件;请与另处公布的公钥核对:%(vkey)s": (
        "the log's key was taken from this file; compare it with the one published elsewhere: %(vkey)s"
    ),
    "没有核对 %(name)s 的签名:不知其公钥或算法": "the signature of %(name)s was not checked: unknown key or algorithm",
    "%(kind)s 来源 %(by)s 的值以所附凭据为准,须在公告之后、见证人打开之前产生": (
        "the value of %(by)s (%(kind)s) rests on its evidence; it had to arise after the statement "
        "and before the witnesses opened"
    ),
    "骰子 %(by)s 的点数以 %(names)s 在场所见为据": "the dice of %(by)s rest on what these saw: %(names)s",
    "彩票 %(by)s 的号码 %(numbers)s 由 %(names)s 各自录入,请与公布的核对:%(source)s": (
        "the numbers %(numbers)s of %(by)s were entered by each of %(names)s; compare with those published: %(source)s"
    ),
    "信标 %(by)s 的签名已核验,其值应在 %(at)s 产生": (
        "the signature of the beacon %(by)s was verified; its value was due at %(at)s"
    ),
    "信标 %(by)s 以 NIST 不泄露其值为据;证书是否属于 NIST 请核对:%(certificate)s": (
        "the beacon %(by)s rests on NIST keeping values to itself; is the certificate NIST's? %(certificate)s"
    ),
    "信标 %(by)s 以 drand 主网 %(chain)s 的多数节点不合谋为据": (
        "the beacon %(by)s rests on most nodes of drand's main network (%(chain)s) not conspiring"
    ),
    "信标 %(by)s 的链不在本程序所知之列,请与网络公布的核对:%(chain)s": (
        "the chain of the beacon %(by)s is not known here; compare it with the one its network publishes: %(chain)s"
    ),
    "后备来源 %(by)s 代替了 %(first)s:原来源为何不能用,以登记为准": (
        "the fall-back %(by)s stood in for %(first)s; why that could not be used rests on the record"
    ),
    "任务 %(task)s 有例外,理由:%(reason)s": "task %(task)s departs from the rules; reason: %(reason)s",
    "任务 %(task)s 的排除与增减以登记为准": "exclusions, additions and removals of task %(task)s rest on their records",
    "抽样框、种子、抽取结果和检查组由审计方核验并会签:%(auditors)s": (
        "frames, seed, selection and teams were verified and countersigned by the auditors: %(auditors)s"
    ),
    # verify: what was checked
    "抽取公告合乎规程": "the statement keeps to the protocol",
    "存证条目在签名的日志中,次序正确": "the entries stand in the signed ledger, in the right order",
    "公告在抽取之前已存证": "the statement was in the ledger before the draw",
    "每个文件都是发布时登记的文件": "every file is the one that was released",
    "随机来源与公告一致,承诺已兑现": "the sources are those declared, and open their commitments",
    "审计方已会签": "the auditors have countersigned",
    "盐值与承诺一致": "the salt opens its commitment",
    "抽样框和方案与公告一致": "frames and designs are those committed to",
    "检查人员名单与公告一致": "the inspectors' frame is the one committed to",
    "重新抽取得到同一名单": "drawing again gives the same selection",
    "重新抽取得到同一候补名单": "drawing again gives the same reserves",
    "重新选派得到同一检查组": "assigning again gives the same teams",
    "检查组合规,负担最均": "the teams are valid, and the load is as even as can be",
    "结果与抽取时存证的摘要一致": "the result is the one logged at the draw",
    # command line
    "本机内存不够,不能核验这个文件": "this machine has too little memory to verify the file",
    "场次 %(number)s": "ceremony %(number)s",
    "本文件不能证明的:": "What this file cannot prove:",
    "未通过:以上带 ✗ 的检查不成立。": "Failed: what is marked ✗ does not hold.",
    "已证明:整个抽取可以复算,结果一致。": "Proven: the whole draw was repeated, with the same result.",
    "已证明公开部分;抽取本身以审计方会签为据。": "The public part is proven; the draw itself rests on the auditors.",
}


def say(message: str, lang: str = "zh", details: Mapping[str, object] | None = None) -> str:
    """The sentence in Chinese (zh) or English (en), with its details filled in."""
    chosen = ENGLISH.get(message, message) if lang == "en" else message
    return chosen % details if details else chosen
