"""缺页用语 Whether a page that says something is gone says anything else of its own.

The page of a missing address speaks of pages, addresses and ways back, and of nothing besides. A letter, a reply
or a bus line whose text holds the same phrase has words that no such page needs.
"""

import re

_SPEECH = re.compile(
    "|".join(
        (
            "很?抱歉|对不起|不好意思|很?遗憾|糟糕|哎呀|温馨提示|友情提示|系统提示|提示信息?|提醒|错误(?:信息|代码|提示|页面?)?|出错了?|错了|注意",
            "您|你|我们|本站|该站|本网站?|站点|网站|门户|系统|服务器?|浏览器|管理员|联系方式?|客服|程序",
            "(?:页面?|网页|网址|地址栏?|链接|路径|文件名?|目录|信息|文章|内容|资源|栏目|域名|名称|稿件)",
            "所?要?(?:访问|请求|查看|浏览|查找|寻找|打开|输入|点击|单击|使用|需要|想要?|试图|获取|显示|加载|找)",
            "不存在|没有?(?:找到)?|未能?|找不到|无法|不能|不可用|不到|失败|暂时?|临时|已经?|曾经?|正在|现在|目前|当前|可能|也许|或许|或者?|以及|并且?|而且|因为|由于|原因|如下|以下|如果|若|有误|不正确|正确|是否|不对|过期|失效|无效|关闭|下线|删除|移除|清除|移动|移走|转移|迁移|搬家|更名|改名|更改|变更|更换|改版|升级|维护|调整|丢失|走丢|飞走|迷路|不见|消失|被|将|把|再|又|仍|还|都|就|才|也|很|非常",
            "请|可以?|尝试|重试|试试|重新|再次|检查|核对|确认|确保|稍[后候]|等待|倒计时|时间|秒钟?|分钟|之?后|内|自动|立即|马上|直接|手动|刷新|返回|回到|回|跳转|转到|转向|进入|前往|去|首页|主页|上一?[页级步层]|下一?[页步]|前页|后退|按钮|继续|拼写|格式|谅解|敬请|带来|不便|给|技术|人员|提供|通知|到达|另|无误|尊敬|用户|搜索|检索|站内|全站|帮助|反馈|报告|关于|感谢|谢谢|理解|支持|操作|方法|建议|其他|别的|相关|更多|以前|之前|原来|新的?|版本",
            "通过|从|到|在|于|对|向|与|和|及|的|了|吧|哦|啊|呢|呀|啦|么|吗|地|得|着|这个?|那个?|此|该|某个?|一个?|一下|个|是|为|有|无|不|用|以|会|能|好|或|点|条|所|要|它|呗|嗯",
        )
    )
)
_FOOT_LINE = re.compile(
    "主办|承办|开办|主管|版权|备案|ICP备|公网安备|标识码|技术支持|维护单位|建议使用|分辨率|邮编|邮箱|(?:联系)?电话|地址[:：]|copyright",
    re.I,
)
_NAMES = re.compile(
    r"[\u4e00-\u9fff]{2,24}(?:人民政府|政府(?:门户)?网站?|门户网站?|政务服务网|委员会|办公室|局|厅|部|中心|网)"
)
_TELLS = re.compile("答复|回复|答：|反映|来信|来电|网友|群众|当事人|经[查核检]|核实|修复|整改|咨询|投诉|举报")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MOST = 3000
_OWN = 6  # Han characters that no page of a missing address has


def says_more(text: str, gone: str, title: str) -> bool:
    """另有所言 Whether `text`, the words of a page outside its links, holds a thing besides the phrase `gone`.

    Parts of `title`, names of offices on a line of their own and lines of the foot count for nothing.
    """
    parts = {part.strip() for part in re.split(r"[-_|—–]", title)}
    left = []
    for line in text[:_MOST].split("\n"):
        line = line.strip()
        if line and line not in parts and not _FOOT_LINE.search(line) and not _NAMES.fullmatch(line):
            left.append(line)
    said = "\n".join(left)
    if gone:
        said = said.replace(gone, "\n")
    return _TELLS.search(said) is not None or len(_HAN.findall(_SPEECH.sub("", said))) >= _OWN
