"""底座 The base of every noun: frozen, and nothing but the fields that are named."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """不可变类型 Base of all types: values never change once made; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
