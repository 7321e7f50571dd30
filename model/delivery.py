"""送达 Who is written to, how, and what became of it. No noun here ever holds a secret, only where it is to be found."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from model.digest import Digest
from model.frozen import Frozen


class ChannelKind(StrEnum):
    """渠道类型"""

    MAIL = "mail"  # 电子邮件 (SMTP)
    WECOM = "wecom"  # 企业微信群机器人
    DINGTALK = "dingtalk"  # 钉钉群机器人
    JSON = "json"  # any address that takes JSON


class Security(StrEnum):
    """传输安全 How the way to a mail server is kept from strangers' eyes."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class SecretPlace(Frozen):
    """密钥所在 Where a secret is read when it is needed: a variable of the environment, a file, or the channel file itself."""

    env: str | None = None
    file: str | None = None
    inline: bool = False


class Channel(Frozen):
    """渠道 One place digests are sent to, as the channel file names it. `timeout` in seconds.

    Mail: `host`, `port`, `security`, `sender`, `recipients`, `user` with `password`; `attach` units adds one XLSX of
    findings for each organiser. Others: `url` is a secret too, since robots' addresses carry their key; `secret` signs
    (钉钉), `token` is sent as Bearer (json). `insecure`: a certificate nobody vouches for, or none at all, will do.
    """

    name: str
    kind: ChannelKind
    language: str | None = None
    timeout: float = 15.0
    insecure: bool = False
    host: str = ""
    port: int = 0
    security: Security = Security.STARTTLS
    sender: str = ""
    recipients: tuple[str, ...] = ()
    user: str | None = None
    attach: str | None = None
    password: SecretPlace | None = None
    url: SecretPlace | None = None
    secret: SecretPlace | None = None
    token: SecretPlace | None = None


class UnitForm(StrEnum):
    """单位清单格式 What the files for each organiser are."""

    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


class DeliveryState(StrEnum):
    """送达状态"""

    WAITING = "waiting"  # 待发送
    DELIVERED = "delivered"  # 已送达
    GIVEN_UP = "given_up"  # 已放弃


class Delivery(Frozen):
    """投递 One digest to one channel. `tries` begun; `next_at`: not before; `reason` of the last failure is a message id.

    `id` is the same for the same night, channel and question, so that a night is told once. What is kept is the
    digest itself: its words are found when it is sent.
    """

    id: str
    channel: str
    language: str
    digest: Digest
    sites: tuple[str, ...] = ()  # whose findings an attachment holds; (): all
    state: DeliveryState = DeliveryState.WAITING
    created_at: datetime
    tries: int = 0
    next_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None
    params: dict[str, str | int] = Field(default_factory=dict)
