//! `GET /networks`.

use jobs::ports::Network;
use serde::Deserialize;

use super::tolerant::{List, lenient};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Row {
    #[serde(deserialize_with = "lenient")]
    id: String,
    #[serde(deserialize_with = "lenient")]
    name: String,
    #[serde(deserialize_with = "lenient")]
    driver: String,
    #[serde(deserialize_with = "lenient")]
    scope: String,
    #[serde(deserialize_with = "lenient")]
    internal: bool,
    #[serde(rename = "IPAM", deserialize_with = "lenient")]
    addresses: Addresses,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Addresses {
    #[serde(deserialize_with = "lenient")]
    config: List<Range>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Range {
    #[serde(deserialize_with = "lenient")]
    subnet: String,
}

pub(super) fn network(row: Row) -> Network {
    Network {
        id: row.id,
        name: row.name,
        driver: row.driver,
        scope: row.scope,
        is_internal: row.internal,
        subnets: row.addresses.config.0.into_iter().map(|it| it.subnet).filter(|it| !it.is_empty()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_says_its_ranges_however_many_there_are() {
        let rows: List<Row> = serde_json::from_str(
            r#"[{"Name":"bridge","Id":"a","Scope":"local","Driver":"bridge","Internal":false,
                 "IPAM":{"Driver":"default","Options":null,"Config":[{"Subnet":"172.17.0.0/16","Gateway":"172.17.0.1"},
                    {"Subnet":"fd00::/64"},{"Gateway":"x"}]},"Containers":{}},
                {"Name":"host","Driver":"host","IPAM":{"Config":null}},
                {"Name":"back","Driver":"novelty","Internal":true,"IPAM":null},7]"#,
        )
        .expect("tolerated");
        let networks: Vec<Network> = rows.0.into_iter().map(network).collect();
        assert_eq!(
            networks,
            [
                Network {
                    id: "a".into(),
                    name: "bridge".into(),
                    driver: "bridge".into(),
                    scope: "local".into(),
                    is_internal: false,
                    subnets: vec!["172.17.0.0/16".into(), "fd00::/64".into()],
                },
                Network { name: "host".into(), driver: "host".into(), ..Network::default() },
                Network {
                    name: "back".into(),
                    driver: "novelty".into(),
                    is_internal: true,
                    ..Network::default()
                },
            ]
        );
    }
}
