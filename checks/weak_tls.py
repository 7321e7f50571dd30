"""安全证书有问题 The certificate or protocol of the host would be refused by a browser, or soon will be.

何为问题: 以 https 提供服务的网站证书过期、与域名不符、自行签发，或只支持已淘汰的加密协议，浏览器会拦阻访问。
怎样测量: 采集时与首页所在主机的加密端口握手一次，先按浏览器的要求验证，不通过时再读取证书内容，判明原因。
反例: 证书有效期止于 2021-01-01；证书只适用于 www.y.gov.cn；证书由自己签发；只支持 TLSv1。
正例: 证书有效、与域名相符；通配证书 *.x.gov.cn 用于 www.x.gov.cn；只以 http 提供服务的网站（不判定）。
局限: 签发机构不为本机所识（也可能缺少中间证书）、握手未成、证书即将到期的，只提请人工核实；国密证书不检查；以 IP 地址或内网地址访问的不判定。
"""

from collections.abc import Iterator

from pydantic import Field

import model
from checks.hosts import address_of, facts_of, home_url, is_private, name_of
from model import SHANGHAI, Evidence, Hit, Moment, NoSubject, Observation, Subject, TlsFacts, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
PROVEN = ("expired", "not_yet_valid", "wrong_host", "self_signed", "obsolete")
DOUBTFUL = ("unknown_issuer", "no_service")


class Params(model.Params):
    """参数 `soon`: how many days before its end a certificate is told of. `ask`: a fault is shown, never held against."""

    soon: int = Field(default=15, ge=0)
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer on the host of the home page when that is served by https."""
    url = home_url(subject)
    name = name_of(url)
    if not url.lower().startswith("https:") or address_of(name) or is_private(name):
        yield NoSubject()
        return
    facts = facts_of(subject)
    tls = facts.tls if facts is not None else None
    if tls is None:
        yield _answer(Unsure, "unread", name, url, None, params, moment)
    elif tls.fault in PROVEN:
        yield _answer(Unsure if params.ask else Hit, tls.fault, name, url, tls, params, moment)
    elif tls.fault is not None:
        yield _answer(
            Unsure, tls.fault if tls.fault in DOUBTFUL else "unread", name, url, tls, params, moment
        )
    elif tls.valid_to is not None and _days_left(tls, moment) <= params.soon:
        yield _answer(Unsure, "soon", name, url, tls, params, moment)


def _days_left(tls: TlsFacts, moment: Moment) -> int:
    return (tls.valid_to.astimezone(SHANGHAI).date() - moment.today).days if tls.valid_to else 0


def _answer(
    answer: type[Hit], case: str, name: str, url: str, tls: TlsFacts | None, params: Params, moment: Moment
) -> Hit:
    names = "、".join(tls.names[:5]) if tls else ""
    begun = f"{tls.valid_from.astimezone(SHANGHAI):%Y-%m-%d}" if tls and tls.valid_from else "-"
    until = f"{tls.valid_to.astimezone(SHANGHAI):%Y-%m-%d}" if tls and tls.valid_to else "-"
    parts = (tls.protocol, names, f"{begun} – {until}", tls.issuer) if tls and tls.protocol else ()
    measured = {"wrong_host": names, "obsolete": tls.protocol if tls else None}.get(case)
    dated = case in ("expired", "soon")
    return answer(
        message_id=f"check.weak_tls.{case}",
        params={
            "host": name,
            "names": names or "-",
            "begun": begun,
            "until": until,
            "today": moment.today.isoformat(),
            "days": _days_left(tls, moment) if tls and tls.valid_to else 0,
            "protocol": (tls.protocol if tls else None) or "-",
        },
        evidence=(Evidence(url=url, quote="；".join(one for one in parts if one), shows="certificate"),)
        if parts
        else (),
        url=url,
        measured=until if dated else measured,
        allowed=str(params.soon) if case == "soon" else None,
    )
