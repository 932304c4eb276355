"""Queries that try to make the service contact an address nobody allowed.

CANARY is the address of a listening server that is not allowed, PORT its port, REMOTE an endpoint
that is allowed.
"""

from __future__ import annotations

_BODY = "{ ?s ?p ?o }"
_HOSTS = {
    "loopback": "127.0.0.1",
    "another loopback address": "127.0.0.2",
    "the last loopback address": "127.255.255.254",
    "a name of loopback": "localhost",
    "a name under localhost": "canary.localhost",
    "IPv6 loopback": "[::1]",
    "IPv6 loopback in full": "[0:0:0:0:0:0:0:1]",
    "IPv4 in IPv6": "[::ffff:127.0.0.1]",
    "IPv4 in IPv6 in hexadecimal": "[::ffff:7f00:1]",
    "IPv4-compatible IPv6": "[::127.0.0.1]",
    "NAT64": "[64:ff9b::7f00:1]",
    "6to4": "[2002:7f00:1::]",
    "a decimal address": "2130706433",
    "an octal address": "0177.0.0.1",
    "a hexadecimal address": "0x7f000001",
    "a mixed address": "0x7f.1",
    "a short address": "127.1",
    "zero": "0",
    "unspecified": "0.0.0.0",
    "unspecified IPv6": "[::]",
    "link-local metadata": "169.254.169.254",
    "IPv6 metadata": "[fd00:ec2::254]",
    "private class A": "10.0.0.1",
    "private class B": "172.16.0.1",
    "private class C": "192.168.0.1",
    "carrier-grade NAT": "100.64.0.1",
    "link-local IPv6": "[fe80::1]",
    "unique local IPv6": "[fd00::1]",
    "broadcast": "255.255.255.255",
    "an upper-case name": "LOCALHOST",
    "a name with a dot": "localhost.",
    "full-width digits": "１２７.0.0.1",
    "a circled digit": "①27.0.0.1",
}
_TRICKS = {
    "another path": "SELECT * { SERVICE <REMOTE/../x> {body} }",
    "a longer path": "SELECT * { SERVICE <REMOTE/> {body} }",
    "a query part": "SELECT * { SERVICE <REMOTE?x=CANARY> {body} }",
    "a fragment": "SELECT * { SERVICE <REMOTE#CANARY> {body} }",
    "user information": "SELECT * { SERVICE <http://REMOTEHOST@127.0.0.1:PORT/sparql> {body} }",
    "the allowed host as a password": (
        "SELECT * { SERVICE <http://u:REMOTEHOST@127.0.0.1:PORT/> {body} }"
    ),
    "another scheme": "SELECT * { SERVICE <file:///etc/passwd> {body} }",
    "gopher": "SELECT * { SERVICE <gopher://127.0.0.1:PORT/x> {body} }",
    "a relative endpoint": "BASE <CANARY> SELECT * { SERVICE <> {body} }",
    "a base with a path": "BASE <http://127.0.0.1:PORT/> SELECT * { SERVICE <sparql> {body} }",
    "a prefixed name": "PREFIX c: <http://127.0.0.1:PORT/> SELECT * { SERVICE c:sparql {body} }",
    "an empty prefix": "PREFIX : <http://127.0.0.1:PORT/> SELECT * { SERVICE :sparql {body} }",
    "a glued prefix": (
        "PREFIX SERVICE: <a:b> PREFIX : <http://127.0.0.1:PORT/> SELECT * { SERVICE:sparql {body} }"
    ),
    "a glued prefix of two": (
        "PREFIX SERVICEc: <a:b> PREFIX c: <http://127.0.0.1:PORT/> "
        "SELECT * { SERVICEc:sparql {body} }"
    ),
    "a prefix that is redeclared": (
        "PREFIX c: <REMOTE> PREFIX c: <CANARY> SELECT * { SERVICE c: {body} }"
    ),
    "an escaped endpoint": "SELECT * { SERVICE <http://\\u0031\\u0032\\u0037.0.0.1:PORT/> {body} }",
    "an escape in the scheme": "SELECT * { SERVICE <\\u0068ttp://127.0.0.1:PORT/> {body} }",
    "a long escape": "SELECT * { SERVICE <http:\\U0000002f/127.0.0.1:PORT/sparql> {body} }",
    "an escaped keyword": "SELECT * { \\u0053ERVICE <CANARY> {body} }",
    "silent": "SELECT * { SERVICE SILENT <CANARY> {body} }",
    "silent in lower case": "SELECT * { service silent <CANARY> {body} }",
    "mixed case": "SELECT * { sErViCe <CANARY> {body} }",
    "no space": "SELECT * {SERVICE<CANARY>{body}}",
    "a comment between": "SELECT * { SERVICE # <REMOTE>\n <CANARY> {body} }",
    "a comment that hides": "SELECT * { ?s ?p ?o . # SERVICE <REMOTE>\n SERVICE <CANARY> {body} }",
    "behind a comment after a carriage return": "SELECT * { #\r SERVICE <CANARY> {body} }",
    "a comparison that looks like an IRI": (
        'SELECT * { FILTER(1<2)#>"""\n SERVICE <CANARY> {body} #"""\n }'
    ),
    "a long string that never closes": (
        'SELECT * { ?s ?p ?o FILTER("""x" = "") SERVICE <CANARY> {body} }'
    ),
    "strings on both sides": (
        "SELECT * { BIND('SERVICE' AS ?a) SERVICE <CANARY> {body} BIND('}' AS ?b) }"
    ),
    "a glued filter": "SELECT * { FILTER(trueSERVICE) SERVICE <CANARY> {body} }",
    "a variable": "SELECT * { SERVICE ?e {body} }",
    "a variable from VALUES": "SELECT * { VALUES ?e { <CANARY> } SERVICE ?e {body} }",
    "a variable from BIND": "SELECT * { BIND(IRI('CANARY') AS ?e) SERVICE ?e {body} }",
    "a variable, silent": "SELECT * { VALUES ?e { <CANARY> } SERVICE SILENT ?e {body} }",
    "a variable from an allowed endpoint": (
        "SELECT * { SERVICE <REMOTE> { ?e ?p ?o } SERVICE ?e {body} }"
    ),
    "beside an allowed one": "SELECT * { SERVICE <REMOTE> {body} SERVICE <CANARY> {body} }",
    "inside an allowed one": "SELECT * { SERVICE <REMOTE> { SERVICE <CANARY> {body} } }",
    "deep inside an allowed one": (
        "SELECT * { SERVICE <REMOTE> { ?s ?p ?o OPTIONAL { { SERVICE SILENT <CANARY> {body} } } } }"
    ),
    "in OPTIONAL": "SELECT * { ?s ?p ?o OPTIONAL { SERVICE <CANARY> {body} } }",
    "in UNION": "SELECT * { { ?s ?p ?o } UNION { SERVICE <CANARY> {body} } }",
    "in MINUS": "SELECT * { ?s ?p ?o MINUS { SERVICE <CANARY> {body} } }",
    "in EXISTS": "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <CANARY> {body} } }",
    "in NOT EXISTS": "SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE <CANARY> {body} } }",
    "in an expression": "SELECT * { ?s ?p ?o BIND(EXISTS { SERVICE <CANARY> {body} } AS ?b) }",
    "in a projected expression": "SELECT (EXISTS { SERVICE <CANARY> {body} } AS ?b) { ?s ?p ?o }",
    "in HAVING": "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING(EXISTS { SERVICE <CANARY> {body} })",
    "in ORDER BY": "SELECT ?s { ?s ?p ?o } ORDER BY (EXISTS { SERVICE <CANARY> {body} })",
    "in a subquery": "SELECT * { { SELECT ?s { SERVICE <CANARY> {body} } LIMIT 1 } }",
    "in GRAPH": "SELECT * { GRAPH ?g { SERVICE <CANARY> {body} } }",
    "in LATERAL": "SELECT * { ?s ?p ?o LATERAL { SERVICE <CANARY> {body} } }",
    "in ASK": "ASK { SERVICE <CANARY> {body} }",
    "in CONSTRUCT": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <CANARY> {body} }",
    "in DESCRIBE": "DESCRIBE ?s WHERE { SERVICE <CANARY> {body} }",
    "nested deep": "SELECT * " + "{ " * 60 + "SERVICE <CANARY> {body}" + " }" * 60,
    "FROM": "SELECT * FROM <CANARY> { ?s ?p ?o }",
    "FROM NAMED": "SELECT * FROM NAMED <CANARY> { GRAPH ?g { ?s ?p ?o } }",
    "GRAPH": "SELECT * { GRAPH <CANARY> { ?s ?p ?o } }",
    "DESCRIBE of the canary": "DESCRIBE <CANARY>",
    "LOAD as a query": "LOAD <CANARY>",
    "LOAD SILENT as a query": "LOAD SILENT <CANARY> INTO GRAPH <http://x/g1>",
    "a broken bracket": "SELECT * { SERVICE <CANARY> { ?s ?p ?o }",
    "a NUL": "SELECT * { SERVICE\0 <CANARY> {body} }",
    "a value sent along that closes the block": (
        "SELECT * { VALUES ?s { <http://a/\\u003e\\u007d> } SERVICE <REMOTE> {body} "
        "SERVICE <CANARY> {body} }"
    ),
}
UPDATES = {
    "LOAD": "LOAD <CANARY>",
    "LOAD SILENT": "LOAD SILENT <CANARY>",
    "LOAD INTO": "LOAD <CANARY> INTO GRAPH <http://x/g1>",
    "LOAD after another": "INSERT DATA { <a:b> <a:b> 1 } ; LOAD <CANARY>",
    "SERVICE in INSERT": "INSERT { ?s ?p ?o } WHERE { SERVICE <CANARY> {body} }",
    "SERVICE SILENT in DELETE": "DELETE { ?s ?p ?o } WHERE { SERVICE SILENT <CANARY> {body} }",
    "an allowed SERVICE in INSERT": "INSERT { ?s ?p ?o } WHERE { SERVICE <REMOTE> {body} }",
    "SERVICE in USING": "INSERT { ?s ?p ?o } USING <CANARY> WHERE { SERVICE <CANARY> {body} }",
    "a glued LOAD": "PREFIX LOADc: <a:b> LOAD<CANARY>",
}

QUERIES = {
    f"an endpoint at {kind}": f"SELECT * {{ SERVICE <http://{host}:PORT/sparql> {_BODY} }}"
    for kind, host in _HOSTS.items()
} | {kind: query.replace("{body}", _BODY) for kind, query in _TRICKS.items()}
UPDATES = {kind: update.replace("{body}", _BODY) for kind, update in UPDATES.items()}
