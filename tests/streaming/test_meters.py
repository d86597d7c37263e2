from voicelab.streaming.policy import Price
from voicelab.streaming.policy.meters import Meters, RateLimit

USAGE = {
    "input_tokens": 1200,
    "output_tokens": 500,
    "input_token_details": {
        "text_tokens": 200,
        "audio_tokens": 1000,
        "cached_tokens_details": {"text_tokens": 100, "audio_tokens": 400},
    },
    "output_token_details": {"text_tokens": 100, "audio_tokens": 400},
}


def test_cached_tokens_are_paid_once_at_their_own_price():
    price = Price(text_in=4, audio_in=32, cached_text_in=0.4, cached_audio_in=0.4, text_out=16,
                  audio_out=64)  # fmt: skip
    meters = Meters(price=price, connections_per_min=None)
    meters.used(USAGE)
    by_hand = 4 * 100 + 32 * 600 + 0.4 * 100 + 0.4 * 400 + 16 * 100 + 64 * 400
    assert round(meters.cost * 1e6, 6) == by_hand
    assert (meters.input_tokens, meters.output_tokens) == (1200, 500)


def test_a_new_connection_waits_for_the_oldest_of_its_minute():
    meters = Meters(price=None, connections_per_min=2)
    for now_ms in (0.0, 10_000.0):
        assert meters.may_open_ms(now_ms=now_ms) == now_ms
        meters.opened(now_ms=now_ms)
    assert meters.may_open_ms(now_ms=20_000.0) == 60_000.0
    assert meters.may_open_ms(now_ms=60_000.0) == 60_000.0


def test_the_service_tells_what_is_left():
    meters = Meters(price=None, connections_per_min=None)
    told = {"name": "tokens", "limit": 100, "remaining": 40, "reset_seconds": 6}
    meters.told([told])
    assert meters.limits == {"tokens": RateLimit(100, 40, 6)}
