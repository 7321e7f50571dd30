"""用词 Titles and paragraphs of plausible length, from a seeded generator."""

import random

_WHO = (
    "县人民政府",
    "县教育局",
    "县水务局",
    "县人社局",
    "县自然资源局",
    "县卫生健康局",
    "城关镇",
    "县市场监管局",
    "县发展改革局",
)
_WHAT = ("春耕备耕", "汛期安全防范", "义务教育招生", "城乡居民医保缴费", "农村饮水工程", "高标准农田建设", "食品安全抽检", "老旧小区改造",
         "公共租赁住房分配", "森林防灭火", "就业技能培训", "道路交通整治")  # fmt: skip
_HOW = (
    "召开推进会议",
    "开展专项检查",
    "公布实施方案",
    "组织业务培训",
    "部署下一阶段工作",
    "通报进展情况",
    "征求社会意见",
    "完成阶段验收",
)
_SENTENCES = (
    "会议指出，要坚持问题导向，把群众的急难愁盼放在首位，逐项列出清单，明确责任单位和完成时限。",
    "各有关单位要加强协调配合，按照任务分工抓好落实，重要情况及时报告，确保各项工作按期完成。",
    "经现场查看和查阅资料，检查组对前期工作给予肯定，同时就存在的不足提出了具体的改进意见。",
    "下一步将继续完善制度措施，健全长效机制，加大公开力度，主动接受社会各界和人民群众的监督。",
    "申请人应当在规定时间内携带有效证件和相关材料，到就近的便民服务窗口办理，逾期不再受理。",
)


def title(chance: random.Random) -> str:
    """标题"""
    return f"{chance.choice(_WHO)}{chance.choice(_HOW)}：{chance.choice(_WHAT)}工作"


def paragraphs(chance: random.Random, count: int) -> str:
    """正文 `count` paragraphs of three sentences each."""
    return "".join(
        f'<p style="text-indent:2em;font-size:16px;">　　{"".join(chance.choices(_SENTENCES, k=3))}</p>\n'
        for _ in range(count)
    )
