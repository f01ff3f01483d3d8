//! Where this server may call on behalf of others: public hosts only, unless the operator says otherwise.
//!
//! What may be called is decided twice: by the text of the address, and by what its name stands for at the moment of
//! the connection (see `hooks`). Special ranges are those of the IANA registries for IPv4 and IPv6 (RFC 6890).

use ipnet::IpNet;
use std::net::IpAddr;
use url::{Host, Url};

/// IPv4 that is not the public internet, with the address at which one cloud serves its own secrets.
const SPECIAL_V4: [&str; 18] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
];
/// The only IPv6 that is public, and what is special inside of it. All else is refused: loopback, link-local, unique
/// local, multicast, mapped and translated IPv4.
const GLOBAL_V6: &str = "2000::/3";
const SPECIAL_V6: [&str; 6] =
    ["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "3ffe::/16"];
/// The longest address.
const LONGEST: usize = 2000;

/// Why an address may not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// It is none, or names a user, a password or a fragment.
    #[error("it is no plain address")]
    Shape,
    /// It is not `https`.
    #[error("only https is called")]
    Scheme,
    /// The operator allows other hosts only.
    #[error("the operator of this server does not allow this host")]
    Host,
    /// It is not public.
    #[error("its host has no public address")]
    Address,
}

/// The operator's rules of what may be called.
#[derive(Debug, Clone, Default)]
pub struct Egress {
    hosts: Vec<String>,
    networks: Vec<IpNet>,
}

fn inside(list: &[&str], ip: IpAddr) -> bool {
    // A range that could not be read would shut the door.
    list.iter().any(|net| net.parse::<IpNet>().map_or(true, |net| net.contains(&ip)))
}

impl Egress {
    /// Takes host names (`.example.org` for all below it; none allows every host) and networks that may be called
    /// although they are not public.
    ///
    /// # Errors
    /// The network that cannot be read.
    pub fn new(hosts: Vec<String>, networks: &[String]) -> Result<Self, String> {
        let networks = networks.iter().map(|n| n.parse::<IpNet>().map_err(|_| n.clone()));
        let hosts = hosts.into_iter().map(|h| h.to_ascii_lowercase()).collect();
        Ok(Self { hosts, networks: networks.collect::<Result<_, _>>()? })
    }
    /// Whether an address may be connected to.
    #[must_use]
    pub fn permits(&self, ip: IpAddr) -> bool {
        if self.networks.iter().any(|net| net.contains(&ip)) {
            return true;
        }
        match ip {
            IpAddr::V4(_) => !inside(&SPECIAL_V4, ip),
            IpAddr::V6(_) => inside(&[GLOBAL_V6], ip) && !inside(&SPECIAL_V6, ip),
        }
    }
    fn permits_host(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let fits = |rule: &String| match rule.strip_prefix('.') {
            Some(stem) => host.strip_suffix(stem).is_some_and(|front| front.ends_with('.')),
            None => *rule == host,
        };
        self.hosts.is_empty() || self.hosts.iter().any(fits)
    }
    /// Reads an address that may be called: `https`, or `http` to this machine where its network is allowed.
    ///
    /// # Errors
    /// [`Forbidden`].
    pub fn url(&self, text: &str) -> Result<Url, Forbidden> {
        let url = Url::parse(text.trim()).map_err(|_| Forbidden::Shape)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let host = url.host().filter(|_| plain && text.len() <= LONGEST).ok_or(Forbidden::Shape)?;
        // Numbers in any notation are addresses by now: the parser reads 0x7f.1 as browsers do.
        let literal = match host {
            Host::Domain(_) => None,
            Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
            Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
        };
        let here = literal.is_some_and(|ip| ip.is_loopback() && self.permits(ip));
        if url.scheme() != "https" && !(url.scheme() == "http" && here) {
            return Err(Forbidden::Scheme);
        }
        let name = host.to_string();
        if name == "localhost" || name.ends_with(".localhost") {
            return Err(Forbidden::Address);
        }
        match literal {
            Some(ip) if !self.permits(ip) => Err(Forbidden::Address),
            _ if !self.permits_host(&name) => Err(Forbidden::Host),
            _ => Ok(url),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Ways to write an address of this machine, of the network beside it, or of a cloud's own secrets.
    pub(crate) const INSIDE: [&str; 44] = [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://127.255.255.254/",
        "https://2130706433/",
        "https://017700000001/",
        "https://0177.0.0.1/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0X7F.1/",
        "https://127.0.0.1./",
        "https://１２７.０.０.１/",
        "https://127。0。0。1/",
        "https://0/",
        "https://0.0.0.0/",
        "https://0.1.2.3/",
        "https://localhost/",
        "https://LOCALHOST:8443/",
        "https://a.localhost/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://100.100.100.200/",
        "https://169.254.169.254/latest/meta-data/",
        "https://2852039166/",
        "https://168.63.129.16/",
        "https://192.0.0.192/",
        "https://192.0.2.7/",
        "https://198.18.0.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1]/",
        "https://[fd00:ec2::254]/",
        "https://[ff02::1]/",
    ];

    #[test]
    fn nothing_inside_is_called() {
        let egress = Egress::default();
        for text in INSIDE {
            assert_eq!(egress.url(text), Err(Forbidden::Address), "{text}");
        }
        for text in
            ["", "x", "ftp://a.example/", "https://", "//a.example", "https://u@a.example/", "https://a.example/#f"]
        {
            let refused = egress.url(text).unwrap_err();
            assert!(matches!(refused, Forbidden::Shape | Forbidden::Scheme), "{text}: {refused}");
        }
        assert_eq!(egress.url("http://hooks.example/"), Err(Forbidden::Scheme));
        assert_eq!(egress.url("http://127.0.0.1:1/"), Err(Forbidden::Scheme));
        assert_eq!(egress.url("gopher://127.0.0.1/"), Err(Forbidden::Scheme));
        for text in ["https://hooks.example/in?x=1", "https://8.8.8.8:8443/", "https://[2606:4700::1111]/"] {
            assert!(egress.url(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn every_special_range_can_be_read() {
        for net in SPECIAL_V4.iter().chain(&SPECIAL_V6).chain(&[GLOBAL_V6]) {
            assert!(net.parse::<IpNet>().is_ok(), "{net}");
        }
        assert!(!Egress::default().permits(IpAddr::from([0, 0, 0, 0])));
    }

    #[test]
    fn the_operator_narrows_and_widens() {
        let list = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let narrow = Egress::new(list(&["Hooks.example", ".corp.example"]), &[]).unwrap();
        for good in ["https://hooks.example/", "https://HOOKS.example./", "https://a.b.corp.example/"] {
            assert!(narrow.url(good).is_ok(), "{good}");
        }
        for bad in ["https://corp.example/", "https://xcorp.example/", "https://hooks.example.evil.example/"] {
            assert_eq!(narrow.url(bad), Err(Forbidden::Host), "{bad}");
        }
        let wide = Egress::new(Vec::new(), &list(&["127.0.0.0/8", "10.1.0.0/16"])).unwrap();
        assert!(wide.url("http://127.0.0.1:9000/in").is_ok() && wide.url("https://10.1.2.3/").is_ok());
        assert_eq!(wide.url("http://10.1.2.3/"), Err(Forbidden::Scheme));
        assert_eq!(wide.url("https://10.2.0.1/"), Err(Forbidden::Address));
        assert_eq!(Egress::new(Vec::new(), &list(&["10.1"])).unwrap_err(), "10.1");
    }
}
