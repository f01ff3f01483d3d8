//! Organisations, people and machines of the demo.

use super::{Organisation, Person, Service};

/// The one password of all demo accounts; the demo listens on loopback only.
pub const PASSWORD: &str = "copper-lathe-harbour-27";

/// The organisations: two buyers that also make things, five sellers, one still unverified.
pub const ORGANISATIONS: &[Organisation] = &[
    Organisation {
        slug: "haoyue-machine-tools",
        name_zh: "皓越机床股份有限公司",
        name_en: "Haoyue Machine Tools Co., Ltd.",
        kind: "company",
        country: "CN",
        registration: "91320583MA3HY0R726",
        verification: Some("核对营业执照原件与企业信用公示系统，对公账户小额验证"),
        payee: "户名：皓越机床股份有限公司\n开户行：三江银行玉峰支行\n账号：3205 8300 1024 7719 06\n税号：91320583MA3HY0R726",
        approval_over_minor: Some(1_000_000),
    },
    Organisation {
        slug: "lanjiang-bearing",
        name_zh: "澜江轴承制造有限公司",
        name_en: "Lanjiang Bearing Works Co., Ltd.",
        kind: "company",
        country: "CN",
        registration: "91330212MA2LJ4B12U",
        verification: Some("核对营业执照原件与企业信用公示系统"),
        payee: "户名：澜江轴承制造有限公司\n开户行：甬东商业银行澜江支行\n账号：3302 1201 8840 0530 17\n税号：91330212MA2LJ4B12U",
        approval_over_minor: Some(500_000),
    },
    Organisation {
        slug: "qingling-steel",
        name_zh: "青岭钢铁集团有限公司",
        name_en: "Qingling Steel Group Co., Ltd.",
        kind: "company",
        country: "CN",
        registration: "913707000QL7702X0P",
        verification: Some("核对营业执照原件、法定代表人授权书，对公账户小额验证"),
        payee: "户名：青岭钢铁集团有限公司数据运营部\n开户行：齐东银行青岭分行营业部\n账号：3707 0099 2201 6648 33\n税号：913707000QL7702X0P",
        approval_over_minor: Some(5_000_000),
    },
    Organisation {
        slug: "songling-institute",
        name_zh: "松陵工业技术研究院",
        name_en: "Songling Institute of Industrial Research",
        kind: "institute",
        country: "CN",
        registration: "1231011746XL01505Y",
        verification: Some("核对事业单位法人证书"),
        payee: "",
        approval_over_minor: None,
    },
    Organisation {
        slug: "hexu-electronics",
        name_zh: "禾煦电子科技有限公司",
        name_en: "Hexu Electronics Technology Co., Ltd.",
        kind: "company",
        country: "CN",
        registration: "91440300MA5HX7A98A",
        verification: Some("核对营业执照原件与企业信用公示系统"),
        payee: "户名：禾煦电子科技有限公司\n开户行：南湾银行科苑支行\n账号：4403 0077 1560 9082 41\n税号：91440300MA5HX7A98A",
        approval_over_minor: Some(300_000),
    },
    Organisation {
        slug: "ostwerk-antriebe",
        name_zh: "奥斯特韦克传动股份公司",
        name_en: "Ostwerk Antriebe AG",
        kind: "company",
        country: "DE",
        registration: "DE990004127",
        verification: Some("VAT number confirmed, extract of the commercial register of 12 January 2026"),
        payee: "Ostwerk Antriebe AG\nBankhaus Lindow & Söhne, Ostwerk branch\nIBAN: DE00 0000 0000 0041 2700 00 (demo)\nBIC: LINDDEXXXXX\nVAT: DE990004127",
        approval_over_minor: None,
    },
    Organisation {
        slug: "maasbrug-logistics",
        name_zh: "马斯桥物流有限公司",
        name_en: "Maasbrug Logistics BV",
        kind: "company",
        country: "NL",
        registration: "NL999030017B02",
        verification: Some("VAT number confirmed, extract of the trade register of 3 February 2026"),
        payee: "Maasbrug Logistics BV\nMaaskade Bank NV\nIBAN: NL00 MKBK 0000 0300 17 (demo)\nBIC: MKBKNLXX\nVAT: NL999030017B02",
        approval_over_minor: None,
    },
    Organisation {
        slug: "yunqi-castings",
        name_zh: "云崎精密铸造有限公司",
        name_en: "Yunqi Precision Castings Co., Ltd.",
        kind: "company",
        country: "CN",
        registration: "91330782MA8YQ3C68M",
        verification: None,
        payee: "",
        approval_over_minor: None,
    },
];

const fn person(
    email: &'static str,
    name: &'static str,
    language: &'static str,
    organisation: &'static str,
    roles: &'static [&'static str],
) -> Person {
    Person { email, name, language, office: None, organisation, roles }
}

const fn staff(email: &'static str, name: &'static str, office: &'static str) -> Person {
    Person { email, name, language: "zh-CN", office: Some(office), organisation: "", roles: &[] }
}

/// Everybody with an account. The first of each organisation is its owner and founds it.
pub const PEOPLE: &[Person] = &[
    staff("shen.yue@sanjiang.example", "沈越", "operator"),
    staff("ma.lan@sanjiang.example", "马岚", "moderator"),
    staff("jin.ze@sanjiang.example", "金泽", "compliance"),
    staff("gu.qing@sanjiang.example", "顾清", "site_auditor"),
    person("wu.peng@haoyue.example", "吴鹏", "zh-CN", HAOYUE, &["owner", "signatory"]),
    person("lin.zhiyuan@haoyue.example", "林知远", "zh-CN", HAOYUE, &["requester", "publisher"]),
    person("tang.yue@haoyue.example", "Tang Yue", "en", HAOYUE, &["requester"]),
    person("zhou.min@haoyue.example", "周敏", "zh-CN", HAOYUE, &["approver", "licensor"]),
    person("zheng.lan@haoyue.example", "郑岚", "zh-CN", HAOYUE, &["finance"]),
    person("du.ruo@haoyue.example", "杜若", "zh-CN", HAOYUE, &["auditor"]),
    person("tan.wei@lanjiang.example", "谭伟", "zh-CN", LANJIANG, &["owner", "approver", "publisher", "licensor"]),
    person("he.jia@lanjiang.example", "何佳", "zh-CN", LANJIANG, &["publisher", "licensor"]),
    person("xu.ning@lanjiang.example", "徐宁", "zh-CN", LANJIANG, &["finance"]),
    person("luo.sheng@lanjiang.example", "罗胜", "zh-CN", LANJIANG, &["requester"]),
    person("meng.ke@qingling.example", "孟轲山", "zh-CN", QINGLING, &["owner", "licensor"]),
    person("qiao.yi@qingling.example", "乔一帆", "zh-CN", QINGLING, &["publisher"]),
    person("shi.lei@qingling.example", "石磊", "zh-CN", QINGLING, &["licensor", "approver"]),
    person("ji.hong@qingling.example", "季红", "zh-CN", QINGLING, &["finance"]),
    person("fang.bo@songling.example", "方博", "zh-CN", SONGLING, &["owner", "licensor"]),
    person("ye.wen@songling.example", "叶文", "en", SONGLING, &["publisher", "requester"]),
    person("kang.hui@hexu.example", "康慧", "zh-CN", HEXU, &["owner", "licensor", "finance"]),
    person("su.mo@hexu.example", "苏默", "zh-CN", HEXU, &["publisher"]),
    person("pan.rui@hexu.example", "潘锐", "zh-CN", HEXU, &["requester"]),
    person("lu.an@hexu.example", "陆安", "zh-CN", HEXU, &["approver"]),
    person("k.brandner@ostwerk.example", "Katrin Brandner", "en", OSTWERK, &["owner", "licensor"]),
    person("j.wiesholt@ostwerk.example", "Jonas Wiesholt", "en", OSTWERK, &["publisher", "requester"]),
    person("m.tauber@ostwerk.example", "Miriam Tauber", "en", OSTWERK, &["finance"]),
    person("s.vandermaas@maasbrug.example", "Sanne van der Maas", "en", MAASBRUG, &["owner", "licensor", "finance"]),
    person("d.hoekstra@maasbrug.example", "Daan Hoekstra", "en", MAASBRUG, &["publisher"]),
    person("qian.shu@yunqi.example", "钱舒", "zh-CN", "yunqi-castings", &["owner", "publisher", "requester"]),
];

const HAOYUE: &str = "haoyue-machine-tools";
const LANJIANG: &str = "lanjiang-bearing";
const QINGLING: &str = "qingling-steel";
const SONGLING: &str = "songling-institute";
const HEXU: &str = "hexu-electronics";
const OSTWERK: &str = "ostwerk-antriebe";
const MAASBRUG: &str = "maasbrug-logistics";

/// Machines that fetch data without a person.
pub const SERVICES: &[Service] = &[
    Service { organisation: HAOYUE, name: "svc-spindle-training" },
    Service { organisation: HEXU, name: "svc-vision-ci" },
];
