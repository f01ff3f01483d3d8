"""Reads ODRL policies with rdflib and says of each what may be done: one JSON line for each file named.

It knows the words of ODRL 2.2 and Creative Commons by itself, and the exchange's own words by their namespace.
"""

import json
import sys

from rdflib import RDF, Graph, Namespace
from rdflib.collection import Collection

ODRL = Namespace("http://www.w3.org/ns/odrl/2/")
CC = Namespace("http://creativecommons.org/ns#")
DCT = Namespace("http://purl.org/dc/terms/")


def code(own, node):
    names = {
        own.analyse: "analyse", own.trainModels: "train_models", ODRL.derive: "derive",
        own.publishResults: "publish_results", CC.CommercialUse: "commercial_use", ODRL.distribute: "redistribute",
        ODRL.grantUse: "sublicense",
        CC.Attribution: "attribute", CC.ShareAlike: "share_alike", CC.Notice: "keep_notices",
        ODRL.delete: "delete_at_end", ODRL.inform: "report_use", own.keepConfidential: "confidential",
        own.permitAudit: "audit", ODRL.compensate: "pay",
        own.evaluation: "evaluation", own.research: "research", own.internalUse: "internal",
        own.productsAndServices: "products", own.staff: "staff", own.contractors: "contractors",
        own.affiliates: "affiliates", own.consortiumMembers: "consortium", own.otherParties: "others",
    }
    return names.get(node, str(node))


def values(own, graph, node):
    if (node, RDF.first, None) in graph:
        return [code(own, v) for v in Collection(graph, node)]
    return [str(node)]


def bounds(own, graph, rule):
    """The bounds of a rule, and whether it stands under a condition."""
    kinds = {
        ODRL.purpose: "purpose", ODRL.spatial: "territory", ODRL.industry: "field", ODRL.recipient: "recipients",
        own.seats: "seats", ODRL.elapsedTime: "duration", ODRL["count"]: "downloads",
        own.deliveredGibibytes: "volume", own.network: "networks",
    }
    found, condition = {}, False
    for constraint in graph.objects(rule, ODRL.constraint):
        left = graph.value(constraint, ODRL.leftOperand)
        operator = graph.value(constraint, ODRL.operator)
        if left == own.condition:
            assert operator == ODRL.eq and list(graph.objects(constraint, DCT.description)), constraint
            condition = True
            continue
        right = values(own, graph, graph.value(constraint, ODRL.rightOperand))
        assert operator == (ODRL.isAnyOf if kinds[left] in ("purpose", "territory", "field", "recipients", "networks") else ODRL.lteq)
        found[kinds[left]] = [v.removeprefix("P").removesuffix("D") if left == ODRL.elapsedTime else v for v in right]
    return found, condition


def read(path, own):
    graph = Graph().parse(path, format="json-ld")
    policies = [(s, t) for t in (ODRL.Set, ODRL.Offer) for s in graph.subjects(RDF.type, t)]
    assert len(policies) == 1, policies
    policy, kind = policies[0]
    actions, seen = {}, None
    for rule in graph.objects(policy, ODRL.permission):
        assert graph.value(rule, ODRL.target), rule
        own_bounds, condition = bounds(own, graph, rule)
        assert seen in (None, own_bounds), "permissions are bounded in different ways"
        seen = own_bounds
        clause = str(graph.value(rule, DCT.source))
        actions[code(own, graph.value(rule, ODRL.action))] = ["conditional" if condition else "allowed", clause]
    for rule in graph.objects(policy, ODRL.prohibition):
        name = code(own, graph.value(rule, ODRL.action))
        assert name not in actions, name
        actions[name] = ["forbidden", str(graph.value(rule, DCT.source))]
    duties, price = {}, None
    for rule in graph.objects(policy, ODRL.obligation):
        name = code(own, graph.value(rule, ODRL.action))
        if name == "pay":
            constraint = graph.value(rule, ODRL.constraint)
            price = [str(graph.value(constraint, ODRL.rightOperand)), str(graph.value(constraint, ODRL.unit))]
        else:
            duties[name] = str(graph.value(rule, DCT.source))
    assigner = graph.value(policy, ODRL.assigner)
    return {
        "kind": str(kind).removeprefix(str(ODRL)), "actions": actions, "duties": duties, "bounds": seen or {},
        "price": price, "assigner": str(assigner) if assigner else None, "triples": len(graph),
    }


def main():
    own = Namespace(sys.argv[1] + "/ns/licence#")
    for path in sys.argv[2:]:
        print(json.dumps(read(path, own)))


main()
