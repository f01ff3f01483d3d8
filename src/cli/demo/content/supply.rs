//! Datasets on the supply chain.

use super::{Dataset, File, Generator, Offer, Version};

pub(super) const DATASETS: &[Dataset] = &[LEAD_TIMES, PURCHASES, WAREHOUSE];

const LEAD_TIMES: Dataset = Dataset {
    owner: "maasbrug-logistics",
    slug: "casting-order-lead-times",
    title_zh: "铸锻件订单交付周期：莱茵河—长江",
    title_en: "Order lead times of cast and forged parts, Rhine–Yangtze",
    summary_zh: "5条海运与铁路线路4,000条订单行的下单、承诺、发运和到货日期，附清关天数与延误天数。",
    summary_en: "Order, promise, shipping and arrival dates of 4,000 order lines on five sea and rail lanes, with customs days and days late.",
    card_zh: include_str!("cards/lead_times.zh.md"),
    card_en: include_str!("cards/lead_times.en.md"),
    sector: "H",
    kind: "tables",
    use_case: "supply_chain",
    level: "general",
    source_statement: "Taken from our forwarding system. Shippers and consignees consented in the framework contracts; parties, prices and container numbers were removed.",
    contact: "d.hoekstra@maasbrug.example",
    versions: &[Version {
        label: "2026.3",
        note: "Orders placed from June 2024 to August 2026, arrivals known on 1 October 2026.",
        files: &[File { path: "order_lines.csv", generator: Generator::LeadTimes, rows: 4_000 }],
        recall: None,
    }],
    offers: &[
        Offer { title: "Internal analytics, one year", licence: "LicenseRef-Bourse-Internal-Analytics", price_minor: 420_000, currency: "EUR", tax_basis_points: 0, approval: "licensor", payment: "later", payment_days: 30, term_days: Some(365), scope: "all_versions" },
        Offer { title: "Evaluation, 30 days", licence: "LicenseRef-Bourse-Evaluation", price_minor: 0, currency: "EUR", tax_basis_points: 0, approval: "instant", payment: "none", payment_days: 0, term_days: Some(30), scope: "version" },
    ],
};

const PURCHASES: Dataset = Dataset {
    owner: "haoyue-machine-tools",
    slug: "spindle-parts-purchase-orders",
    title_zh: "主轴零部件采购订单与到货",
    title_en: "",
    summary_zh: "8类主轴零部件、14家供应商的3,000条采购订单行：要求与实际到货日期、数量、单价和到货合格率。",
    summary_en: "",
    card_zh: include_str!("cards/purchases.zh.md"),
    card_en: "",
    sector: "C",
    kind: "tables",
    use_case: "supply_chain",
    level: "general",
    source_statement: "本公司ERP采购模块导出，供应商以代号替代，单价按固定系数缩放；享有数据持有权、使用权和经营权。",
    contact: "lin.zhiyuan@haoyue.example",
    versions: &[Version {
        label: "1.0.0",
        note: "2024年9月至2026年6月的订单行。",
        files: &[File { path: "采购订单.csv", generator: Generator::PurchaseOrders, rows: 3_000 }],
        recall: None,
    }],
    offers: &[Offer { title: "内部分析", licence: "LicenseRef-Bourse-Internal-Analytics", price_minor: 280_000, currency: "CNY", tax_basis_points: 600, approval: "licensor", payment: "later", payment_days: 30, term_days: Some(365), scope: "version" }],
};

const WAREHOUSE: Dataset = Dataset {
    owner: "maasbrug-logistics",
    slug: "spare-parts-warehouse-movements",
    title_zh: "",
    title_en: "Movements of two spare-parts warehouses",
    summary_zh: "",
    summary_en: "7,000 receipts, picks, transfers and counts of 180 articles with the balance after each, for stock and slotting models.",
    card_zh: "",
    card_en: include_str!("cards/warehouse.en.md"),
    sector: "H",
    kind: "tables",
    use_case: "supply_chain",
    level: "general",
    source_statement: "Taken from our own warehouse management system; articles and order references were renumbered.",
    contact: "d.hoekstra@maasbrug.example",
    versions: &[Version {
        label: "2026.1",
        note: "February 2026.",
        files: &[File { path: "movements.csv", generator: Generator::WarehouseMovements, rows: 7_000 }],
        recall: None,
    }],
    offers: &[Offer { title: "CC0 1.0", licence: "CC0-1.0", price_minor: 0, currency: "EUR", tax_basis_points: 0, approval: "instant", payment: "none", payment_days: 0, term_days: None, scope: "all_versions" }],
};
