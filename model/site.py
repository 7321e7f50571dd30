"""网站 The audited site and the names its columns go by."""

import re
import unicodedata
from enum import StrEnum
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from model.frozen import Frozen
from model.profile import SiteProfile


class SiteKind(StrEnum):
    """网站类型"""

    PORTAL = "portal"  # 政府门户网站
    DEPARTMENT = "department"  # 部门网站
    SPECIAL = "special"  # 专项网站


class Level(StrEnum):
    """层级"""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    COUNTY = "county"
    TOWNSHIP = "township"


class ColumnKind(StrEnum):
    """栏目类型 What a column is for; the ColumnType vocabulary of 国办发〔2017〕47号 plus the platform's blocks."""

    HOME = "home"  # 首页
    OVERVIEW = "overview"  # 概况信息
    AGENCY = "agency"  # 机构职能
    LEADERS = "leaders"  # 负责人信息, 领导之窗
    NEWS = "news"  # 工作动态, 动态要闻
    NOTICES = "notices"  # 通知公告
    POLICIES = "policies"  # 政策文件
    INTERPRETATION = "interpretation"  # 政策解读
    DISCLOSURE = "disclosure"  # 政府信息公开 (平台, 专栏)
    GUIDE = "guide"  # 政府信息公开指南
    REGULATIONS = "regulations"  # 政府信息公开制度
    STATUTORY = "statutory"  # 法定主动公开内容
    ANNUAL_REPORT = "annual_report"  # 政府信息公开年报
    ON_REQUEST = "on_request"  # 依申请公开
    CATALOGUE = "catalogue"  # 信息公开目录
    STATISTICS = "statistics"  # 数据发布, 统计信息
    OPEN_DATA = "open_data"  # 数据开放
    RESPONSE = "response"  # 回应关切
    SERVICES = "services"  # 办事服务
    CONSULTATION = "consultation"  # 咨询投诉, 领导信箱
    SURVEY = "survey"  # 征集调查
    INTERVIEW = "interview"  # 在线访谈
    INTERACTION = "interaction"  # 互动交流 (landing)
    PERSONNEL = "personnel"  # 人事信息
    PLANNING = "planning"  # 规划计划
    FINANCE = "finance"  # 财政预决算
    PROCUREMENT = "procurement"  # 政府采购
    PROJECTS = "projects"  # 重大项目
    SITE_REPORT = "site_report"  # 政府网站工作年度报表
    TOPIC = "topic"  # 专题专栏
    OTHER = "other"


_DECORATION = re.compile(r"[\s\u200b\ufeff·•>»|【】\[\]()<《》“”\"']+")


@lru_cache(maxsize=16_384)
def bare_name(name: str) -> str:
    """规整栏目名 A column name without width, case, spaces and decoration, for exact comparison."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", name)).casefold()


class DirectoryEntry(Frozen):
    """名录条目 One kind of column: its standard name and the names real sites give it."""

    kind: ColumnKind
    label: str
    names: tuple[str, ...]

    def bare_names(self) -> frozenset[str]:
        return frozenset(bare_name(name) for name in (self.label, *self.names))


class ColumnDirectory(Frozen):
    """栏目名录 The synonym table of column names. Exact names only: likeness is never a verdict."""

    entries: tuple[DirectoryEntry, ...] = ()

    @cached_property
    def _kinds(self) -> dict[str, ColumnKind]:
        return {name: entry.kind for entry in reversed(self.entries) for name in entry.bare_names()}

    def kind_of(self, name: str) -> ColumnKind | None:
        return self._kinds.get(bare_name(name))

    def label_of(self, kind: ColumnKind) -> str:
        for entry in self.entries:
            if entry.kind == kind:
                return entry.label
        return kind.value


class ColumnOverride(Frozen):
    """栏目映射 What a person says a column is; wins over detection."""

    url: str
    kind: ColumnKind
    name: str | None = None


class Site(Frozen):
    """网站 One government website. `home` is an absolute URL; `site_code` the 10-character 网站标识码, when known."""

    home: str
    site_code: str | None = None
    name: str | None = None
    organiser: str | None = None  # 主办单位
    kind: SiteKind | None = None  # not declared: judged as a portal, and the report says so
    level: Level | None = None  # not declared: judged as a county's
    division: str | None = None  # 行政区划代码
    part: str | None = (
        None  # 子站: the folder, as `/zwgk`, that tells it from other sites of its host that have no code
    )
    overrides: tuple[ColumnOverride, ...] = ()
    also: tuple[
        str, ...
    ] = ()  # other hosts of the same site: where its home page sends on to, its other domain
    max_pages: int | None = None
    profile: SiteProfile | None = None  # what earlier audits and people know of its host; kept with each run

    @property
    def host(self) -> str:
        return (urlsplit(self.home).netloc or self.home).lower()

    @property
    def key(self) -> str:
        """网站键 What findings are filed under: the 网站标识码, else the host with its port and, where told, the folder."""
        return self.site_code or self.host + (self.part or "")
