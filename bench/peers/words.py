"""What both peers say and accept: the same questions as ours, and the checks a careful author would write."""

from __future__ import annotations

from datetime import date, timedelta

from bench.people import UNIT_CODES, today

CONSENT = (
    "Chào anh/chị, đây là Bot Sáng kiến. Công đoàn xin lưu: họ tên, đơn vị, tài khoản Telegram, nội dung sáng kiến – "
    "để xét công nhận và thống kê. Anh/chị xem, sửa, xóa, rút lại lúc nào cũng được.\n1. Đồng ý   0. Không"
)
NAME = "Họ và tên của anh/chị?"
UNIT = "Mã đơn vị của anh/chị?"
TITLE = "Anh/chị đã cải tiến việc gì? Viết 1 câu, không dấu cũng được."
BODY = "Trước đây làm thế nào, giờ làm thế nào, được lợi gì? Viết 1 tin 2–3 câu."
BEGAN = "Bắt đầu làm cách mới từ khi nào?\n1. Tuần này   2. Tháng này   3. Tháng trước"
AGAIN = "Bot chưa hiểu. Anh/chị trả lời lại giúp, hoặc 0 để dừng."
LEFT = "Đã dừng."

UNITS = frozenset(UNIT_CODES)


def summary(answers: dict[str, str]) -> str:
    return (
        f"Anh/chị xem lại:\n• {answers['title']}\n• {answers['body'][:50]}…\n"
        f"• Áp dụng: {answers['began']} · {answers['name']} · {answers['unit']}\n1. Nộp   0. Bỏ"
    )


def receipt(number: int) -> str:
    return f"Đã nhận. Mã sáng kiến: {number}. Công đoàn công ty sẽ xét, có kết quả bot nhắn."


def began(choice: str) -> date | None:
    """The first day meant by one of the three choices; None when it is none of them."""
    now = today()
    this_month = now.replace(day=1)
    match choice:
        case "1":
            return now - timedelta(days=now.weekday())
        case "2":
            return this_month
        case "3":
            return (this_month - timedelta(days=1)).replace(day=1)
    return None
