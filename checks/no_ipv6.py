"""未支持IPv6 The host has no IPv6 address.

何为问题: 网站域名没有 IPv6 地址，只用 IPv6 的用户无法访问。
怎样测量: 采集时向域名系统询问首页所在域名的 AAAA 记录，并确认所用的域名解析能够给出别的域名的 AAAA 记录；明确答复没有的才认定。
反例: 域名有 A 记录，AAAA 记录为空。
正例: AAAA 记录为 2001:da8::1；首页跳转后的域名有 AAAA 记录。
局限: 只看有无 AAAA 记录，不验证网页能否经 IPv6 打开；询问失败、解析器不给 IPv6 地址的，只提请人工核实；以 IP 地址或内网地址访问的不判定。
"""

from collections.abc import Iterator

import model
from checks.hosts import address_of, facts_of, home_url, is_private, name_of
from model import Evidence, Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()


class Params(model.Params):
    """参数 None: the AAAA record is looked at; that pages open by IPv6 is not checked."""


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer on the host of the home page; nothing when it has an AAAA record."""
    url = home_url(subject)
    name = name_of(url)
    if address_of(name) or is_private(name):
        yield NoSubject()
        return
    facts = facts_of(subject)
    if facts is None:
        yield _answer(Unsure, "unasked", name, url, "")
    elif facts.ipv6 is None:
        yield _answer(Unsure, "unknown", name, url, f"A {', '.join(facts.ipv4 or ()) or '-'}；AAAA ?")
    elif not facts.ipv6:
        yield _answer(Hit, "absent", name, url, f"A {', '.join(facts.ipv4 or ()) or '-'}；AAAA -")


def _answer(answer: type[Hit], case: str, name: str, url: str, quote: str) -> Hit:
    return answer(
        message_id=f"check.no_ipv6.{case}",
        params={"host": name},
        evidence=(Evidence(url=url, quote=quote, shows="host_addresses"),) if quote else (),
        url=url,
        measured="0" if case == "absent" else None,
        allowed="1",
    )
