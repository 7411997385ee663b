"""Reads the alert topics and prints one line an alert, with the words that raised it.

    pip install confluent-kafka
    python examples/subscribe.py [BROKERS]
"""

import json
import sys

from confluent_kafka import Consumer, KafkaException

consumer = Consumer({
    "bootstrap.servers": sys.argv[1] if len(sys.argv) > 1 else "localhost:9092",
    "group.id": "my-desk",
    "auto.offset.reset": "earliest",
    # Without this, records of aborted transactions are read too, and an alert can be seen twice.
    "isolation.level": "read_committed",
})
consumer.subscribe(["alerts.sanctions-imposed", "alerts.sanctions-lifted", "alerts.prisoners-released"])
try:
    while True:
        record = consumer.poll(1.0)
        if record is None:
            continue
        if record.error():
            raise KafkaException(record.error())
        alert = json.loads(record.value())
        if alert["action"] == "retracted":
            print(f"retracted: story {alert['storyId']}", flush=True)
            continue
        who = "/".join(party["id"] for party in alert["authority"]) or "?"
        whom = "/".join(alert["target"]["country"] + alert["target"]["name"]) or "?"
        words = [e["selector"][1]["exact"] for e in alert["evidence"] if e["role"] == "trigger"]
        print(f"{alert['action']}: {alert['type']}, {alert['status']}, {who} -> {whom}, {words}", flush=True)
except KeyboardInterrupt:
    pass
finally:
    consumer.close()
