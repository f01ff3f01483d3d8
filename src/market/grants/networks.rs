//! Networks from which a grant may be used: a list of prefixes (RFC 4632, RFC 4291), any address when it is empty.

use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// The most prefixes in a list.
const MOST: usize = 50;

/// A list of network prefixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// A text that is no list of networks; says which part is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no network: {0}")]
pub struct BadNetwork(pub String);

impl Networks {
    /// Whether every address is allowed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Whether an address lies inside, or the list is empty. An IPv4 address in IPv6 clothes is an IPv4 address.
    #[must_use]
    pub fn allow(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.is_empty() || self.0.iter().any(|n| n.contains(&address))
    }
}

impl FromStr for Networks {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let mut list = Vec::new();
        for part in text.split([' ', ',', ';', '\n', '\r', '\t']).filter(|p| !p.is_empty()) {
            let net = part.parse::<IpNet>().ok().or_else(|| part.parse::<IpAddr>().ok().map(IpNet::from));
            let net = net.ok_or_else(|| BadNetwork(part.chars().take(60).collect()))?.trunc();
            if !list.contains(&net) {
                list.push(net);
            }
        }
        if list.len() > MOST {
            return Err(BadNetwork(format!("> {MOST}")));
        }
        Ok(Self(list))
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list: Vec<String> = self.0.iter().map(IpNet::to_string).collect();
        f.write_str(&list.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_prefixes() {
        let list: Networks = "10.1.2.3/8, 192.0.2.7\n2001:db8::/32".parse().unwrap();
        assert_eq!(list.to_string(), "10.0.0.0/8 192.0.2.7/32 2001:db8::/32");
        for (address, inside) in [
            ("10.255.0.1", true),
            ("::ffff:10.0.0.1", true),
            ("11.0.0.1", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("2001:db8:1::1", true),
            ("2001:db9::1", false),
        ] {
            assert_eq!(list.allow(address.parse().unwrap()), inside, "{address}");
        }
        assert!(Networks::default().allow("203.0.113.1".parse().unwrap()));
        assert_eq!("10.0.0.0/33".parse::<Networks>(), Err(BadNetwork("10.0.0.0/33".to_owned())));
        assert!("example.com".parse::<Networks>().is_err());
    }
}
