"""Reads alert topics as a stranger would, and checks that every record is a CloudEvent whose data fits its schema.

Nothing in here knows sanctions-stream but the names of its schemas: the Kafka client is Confluent's, the events are
decoded by the CloudEvents SDK, the data is judged by the jsonschema package. One line of JSON on stdout says what was
read; the first record that is not as promised ends it with exit code 1.

    python cloudevents_peer.py --brokers HOST:PORT --schemas DIR TOPIC...
"""

import argparse
import collections
import json
import pathlib
import sys
import time

import confluent_kafka
import jsonschema
from cloudevents.core.bindings import kafka

URN = "urn:sanctions-stream:schema:"


def messages(brokers, topics, patience):
    """Every message that is committed in the topics now."""
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": brokers,
        "group.id": "cloudevents-peer",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "auto.offset.reset": "earliest",
    })
    known = consumer.list_topics(timeout=patience).topics
    missing = [topic for topic in topics if topic not in known]
    if missing:
        sys.exit(f"no such topics: {missing}")
    open_partitions = {(topic, partition) for topic in topics for partition in known[topic].partitions}
    consumer.assign([
        confluent_kafka.TopicPartition(topic, partition, confluent_kafka.OFFSET_BEGINNING)
        for topic, partition in sorted(open_partitions)
    ])
    deadline = time.monotonic() + patience
    while open_partitions:
        if time.monotonic() > deadline:
            sys.exit(f"these partitions did not end in {patience} s: {sorted(open_partitions)}")
        message = consumer.poll(0.1)
        if message is None:
            continue
        if message.error() is None:
            yield message
        elif message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF:
            open_partitions.discard((message.topic(), message.partition()))
        else:
            raise confluent_kafka.KafkaException(message.error())
    consumer.close()


class Schemas:
    """The schemas that records name, compiled once."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.compiled = {}

    def check(self, urn, data):
        if urn not in self.compiled:
            if not urn.startswith(URN):
                raise ValueError(f"{urn} is no schema of ours")
            schema = json.loads((self.directory / f"{urn.removeprefix(URN)}.json").read_text())
            jsonschema.Draft202012Validator.check_schema(schema)
            self.compiled[urn] = jsonschema.Draft202012Validator(
                schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
            )
        self.compiled[urn].validate(data)


def check(message, schemas, seen):
    """One record; raises where it is not what was promised. Returns the type of the event."""
    headers = message.headers() or []
    names = [name for name, _ in headers]
    if len(set(names)) != len(names):
        raise ValueError(f"a header comes twice: {names}")
    event = kafka.from_kafka_event(kafka.KafkaMessage(dict(headers), message.key(), message.value()))
    if event.get_specversion() != "1.0":
        raise ValueError(f"specversion {event.get_specversion()}")
    identity = (event.get_source(), event.get_id())
    if identity in seen:
        raise ValueError(f"source and id are not unique: {identity}")
    seen.add(identity)
    # The SDK makes this attribute from the key; the header must have said the same.
    if event.get_extension("partitionkey") != dict(headers)["ce_partitionkey"].decode():
        raise ValueError("the key is not ce_partitionkey")
    data = event.get_data()
    if data["id"] != event.get_id():
        raise ValueError(f"the data has the id {data['id']}, the event {event.get_id()}")
    schemas.check(event.get_dataschema(), data)
    return event.get_type()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--schemas", required=True)
    parser.add_argument("--patience", type=float, default=60)
    parser.add_argument("topics", nargs="+")
    arguments = parser.parse_args()
    schemas, seen, types = Schemas(arguments.schemas), set(), collections.Counter()
    for message in messages(arguments.brokers, arguments.topics, arguments.patience):
        try:
            types[check(message, schemas, seen)] += 1
        except Exception as error:
            place = f"{message.topic()}[{message.partition()}]@{message.offset()}"
            sys.exit(f"{place}: {type(error).__name__}: {error}")
    print(json.dumps({"events": sum(types.values()), "types": types}, sort_keys=True))


if __name__ == "__main__":
    main()
