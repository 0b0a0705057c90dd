"""Settings: the only reader of the environment (`SANGKIEN_…`, or `.env`). `.env.example` explains each."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "SANGKIEN_"
DEMO_DATABASE = "sqlite:///data/demo.db"  # made-up people never come near a real database
REAL_DATABASE = "sqlite:///data/sangkien.db"


class Settings(BaseSettings):
    """Everything an administrator may set. A token turns the demo into the real thing."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="forbid", env_ignore_empty=True)

    database_url: str = ""
    http_host: str = "127.0.0.1"
    http_port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    public_board: bool = True
    public_filing: bool = False
    filing_per_unit: int = Field(600, ge=1)  # new browsers within an hour
    filing_per_address: int = Field(3000, ge=1)  # things sent within an hour
    filing_starts_per_address: int = Field(200, ge=1)  # new browsers within an hour
    filing_wrong_codes: int = Field(60, ge=1)  # from one address within an hour
    proxy_header: str = ""
    language: str = "vi"

    telegram_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_per_second: float = Field(25, gt=0)
    telegram_chat_interval: float = Field(1.0, ge=0)  # seconds
    telegram_group_interval: float = Field(3.0, ge=0)  # seconds

    zalo_bot_token: SecretStr = SecretStr("")
    zalo_bot_name: str = ""
    zalo_bot_api_url: str = "https://bot-api.zaloplatforms.com"
    zalo_bot_webhook_secret: SecretStr = SecretStr("")
    zalo_bot_poll_seconds: int = Field(30, ge=1, le=60)
    zalo_bot_per_second: float = Field(3, gt=0)
    zalo_bot_chat_interval: float = Field(1.0, ge=0)  # seconds
    zalo_bot_group_interval: float = Field(1.0, ge=0)  # seconds
    zalo_bot_quota_pause: float = Field(300, ge=1)  # seconds
    zalo_bot_photo_seconds: float = Field(150, ge=10, le=600)
    zalo_bot_plan: str = "Basic"
    zalo_bot_monthly: int = Field(3000, ge=0)  # messages, both ways; 0: no limit
    zalo_bot_users: int = Field(50, ge=0)
    zalo_bot_groups: int = Field(3, ge=0)
    zalo_bot_keep_replies: int = Field(10, ge=0, le=100)  # percent of the month's messages
    zalo_bot_keep_notices: int = Field(20, ge=0, le=100)
    zalo_image_hosts: str = "*.zdn.vn,*.zadn.vn"
    zalo_image_mb: int = Field(10, ge=1, le=20)

    zalo_oa_id: str = ""
    zalo_oa_app_id: str = ""
    zalo_oa_app_secret: SecretStr = SecretStr("")
    zalo_oa_secret: SecretStr = SecretStr("")  # signs events; not the app's
    zalo_oa_callback: str = ""
    zalo_oa_api_url: str = "https://openapi.zalo.me"
    zalo_oa_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_oa_proof: bool = False
    zalo_oa_buttons: int = Field(5, ge=0, le=5)
    zalo_oa_per_second: float = Field(1.5, gt=0)
    zalo_oa_chat_interval: float = Field(0.5, ge=0)  # seconds
    zalo_oa_free_hours: int = Field(48, ge=0)
    zalo_oa_closed_hours: int = Field(168, ge=1)
    zalo_oa_price: int = Field(55, ge=0)  # đồng
    zalo_oa_template_id: str = ""
    zalo_oa_template_field: str = "noi_dung"
    zalo_oa_template_length: int = Field(400, ge=20)  # characters
    zalo_oa_template_price: int | None = Field(None, ge=0)  # đồng; None: nobody has said it

    controller: str = ""
    contact: str = ""
    support: str = ""
    media_dir: Path = Path("data/media")
    broadcast_failures: int = Field(5, ge=1, le=100)  # percent
    draft_days: int = Field(30, ge=1)
    log_level: str = "info"

    @field_validator(
        *("telegram_token", "telegram_webhook_secret", "zalo_bot_token", "zalo_bot_webhook_secret"),
        *("zalo_oa_app_secret", "zalo_oa_secret"),
    )
    @classmethod
    def _trimmed(cls, value: SecretStr) -> SecretStr:
        return SecretStr(value.get_secret_value().strip())

    @field_validator("zalo_oa_id", "zalo_oa_app_id", "zalo_oa_callback", "zalo_oa_template_id")
    @classmethod
    def _bare(cls, value: str) -> str:
        return value.strip()

    @field_validator("zalo_bot_name")
    @classmethod
    def _without_at(cls, value: str) -> str:
        return value.strip().removeprefix("@")

    @field_validator("public_url", "telegram_api_url", "zalo_bot_api_url", "zalo_oa_api_url", "zalo_oa_oauth_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.strip().rstrip("/")

    @property
    def has_channel(self) -> bool:
        """Is any platform connected? Without one, `run` shows the demo."""
        tokens = (self.telegram_token, self.zalo_bot_token)
        known = self.public_filing or self.has_account
        return known or any(token.get_secret_value() for token in tokens)

    @property
    def has_account(self) -> bool:
        """Is a Zalo Official Account named?"""
        return bool(self.zalo_oa_id and self.zalo_oa_app_id)

    @property
    def template_price(self) -> int:
        """Of a message that only a template brings to a person, as far as it is known."""
        return self.zalo_oa_price if self.zalo_oa_template_price is None else self.zalo_oa_template_price

    @property
    def filing_url(self) -> str:
        """Where the filing page stands for everybody; "" where it is off or has no address."""
        return f"{self.public_url}/nop" if self.public_filing and self.public_url else ""

    @property
    def journals(self) -> Path:
        """Where what was sent is noted at once (`bot.journal`)."""
        return self.media_dir / "sent"

    @property
    def database(self) -> str:
        """The real one: what `import`, `invite`, `check` and `report` work on, and `run` with a channel."""
        return self.database_url or REAL_DATABASE


def unknown_names() -> tuple[str, ...]:
    """Names in the environment that look like ours and are not: pydantic checks `.env` only."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    return tuple(sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known))
