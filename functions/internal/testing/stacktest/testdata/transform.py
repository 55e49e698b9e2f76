"""Prints template.yaml as CloudFormation sees it after the SAM transform, as JSON."""
import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")

import yaml
from samtranslator.translator.transform import transform


class Tags(yaml.SafeLoader):
    """Reads the short forms of CloudFormation's functions."""


def short(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix: value}


Tags.add_multi_constructor("!", short)


class NoPolicies:
    def load(self):
        return {}


with open(sys.argv[1]) as f:
    template = yaml.load(f, Loader=Tags)
for resource in template["Resources"].values():
    code = resource.get("Properties", {}).get("CodeUri")
    if code:
        resource["Properties"]["CodeUri"] = "s3://artifacts/" + code
json.dump(transform(template, {}, NoPolicies()), sys.stdout)
