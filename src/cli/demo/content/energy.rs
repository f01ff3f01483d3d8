//! Datasets on energy.

use super::{Dataset, File, Generator, Offer, Version};

pub(super) const DATASETS: &[Dataset] = &[FURNACE, AIR, TRANSFORMERS, ROOFTOP];

const FURNACE: Dataset = Dataset {
    owner: "qingling-steel",
    slug: "reheating-furnace-energy",
    title_zh: "步进梁式加热炉分段能耗",
    title_en: "Energy of a walking-beam reheating furnace by zone",
    summary_zh: "热轧2号加热炉小时均值：四段煤气流量、空煤比、残氧、炉温，板坯产量与装出炉温度，吨钢能耗。",
    summary_en: "Hourly means of reheating furnace 2: gas flow, air ratio, residual oxygen and temperature of four zones, slab throughput, charge and discharge temperature, energy per tonne.",
    card_zh: include_str!("cards/furnace.zh.md"),
    card_en: include_str!("cards/furnace.en.md"),
    sector: "C",
    kind: "time_series",
    use_case: "energy",
    level: "important",
    source_statement: "热轧厂二级系统自有数据。按集团分类分级清单列为重要数据（生产数据域，能源产能类），已向主管部门备案；享有持有权、使用权和经营权。",
    contact: "qiao.yi@qingling.example",
    versions: &[
        Version {
            label: "1.0.0",
            note: "2025年7月1日至9月28日。",
            files: &[File { path: "furnace2_hourly.csv", generator: Generator::FurnaceFirst, rows: 2_160 }],
            recall: None,
        },
        Version {
            label: "2.0.0",
            note: "延长至2025年11月27日；新增热装率字段 hot_charge_pct（插在第5列，按列号读取的程序需调整）。",
            files: &[File { path: "furnace2_hourly.csv", generator: Generator::Furnace, rows: 3_600 }],
            recall: None,
        },
    ],
    offers: &[
        Offer { title: "年度内部分析", licence: "LicenseRef-Bourse-Internal-Analytics", price_minor: 12_600_000, currency: "CNY", tax_basis_points: 600, approval: "licensor", payment: "prepaid", payment_days: 14, term_days: Some(365), scope: "all_versions" },
        Offer { title: "45天评估", licence: "LicenseRef-Bourse-Evaluation", price_minor: 0, currency: "CNY", tax_basis_points: 0, approval: "licensor", payment: "none", payment_days: 0, term_days: Some(45), scope: "version" },
    ],
};

const AIR: Dataset = Dataset {
    owner: "hexu-electronics",
    slug: "compressor-station-energy",
    title_zh: "空压站用气与电耗（15分钟）",
    title_en: "Compressed-air station, demand and power (15 min)",
    summary_zh: "3台螺杆机（2台工频、1台变频）空压站8周数据：流量、母管压力、露点和分机功率，含春节停产。",
    summary_en: "Eight weeks of a station with two fixed-speed and one variable-speed screw compressor: flow, header pressure, dew point and power of each, Spring Festival included.",
    card_zh: include_str!("cards/air.zh.md"),
    card_en: include_str!("cards/air.en.md"),
    sector: "C",
    kind: "time_series",
    use_case: "energy",
    level: "general",
    source_statement: "本公司空压站能源管理系统导出，享有数据持有权、使用权和经营权。",
    contact: "su.mo@hexu.example",
    versions: &[Version {
        label: "1.0",
        note: "2026年1月12日至3月8日。",
        files: &[File { path: "air_station_15min.csv", generator: Generator::AirStation, rows: 5_376 }],
        recall: None,
    }],
    offers: &[Offer { title: "CDLA-Permissive 2.0", licence: "CDLA-Permissive-2.0", price_minor: 0, currency: "CNY", tax_basis_points: 0, approval: "instant", payment: "none", payment_days: 0, term_days: None, scope: "all_versions" }],
};

const TRANSFORMERS: Dataset = Dataset {
    owner: "songling-institute",
    slug: "distribution-transformer-load",
    title_zh: "园区配电变压器负荷与顶层油温",
    title_en: "Load and top-oil temperature of distribution transformers",
    summary_zh: "工业园区4台10 kV配电变压器75天的小时负荷、无功、顶层油温与环境温度，涵盖夏季高峰。",
    summary_en: "Hourly load, reactive power, top-oil and ambient temperature of four 10 kV transformers in an industrial estate over 75 summer days.",
    card_zh: include_str!("cards/transformers.zh.md"),
    card_en: include_str!("cards/transformers.en.md"),
    sector: "D",
    kind: "time_series",
    use_case: "energy",
    level: "general",
    source_statement: "园区管理公司委托本院开展能效研究取得，书面同意公开；变压器与用户对应关系已删除。",
    contact: "ye.wen@songling.example",
    versions: &[Version {
        label: "2025.summer",
        note: "First release.",
        files: &[File { path: "transformers_hourly.csv", generator: Generator::Transformers, rows: 7_200 }],
        recall: None,
    }],
    offers: &[Offer { title: "CC BY-SA 4.0", licence: "CC-BY-SA-4.0", price_minor: 0, currency: "CNY", tax_basis_points: 0, approval: "instant", payment: "none", payment_days: 0, term_days: None, scope: "all_versions" }],
};

const ROOFTOP: Dataset = Dataset {
    owner: "songling-institute",
    slug: "rooftop-photovoltaic",
    title_zh: "厂房屋顶光伏出力与逆变器故障",
    title_en: "Rooftop photovoltaic output with an inverter fault",
    summary_zh: "1.2 MWp厂房屋顶光伏60天的15分钟数据：辐照度、组件温度、直流与交流功率，含一次逆变器绝缘故障和积灰影响。",
    summary_en: "Sixty days of a 1.2 MWp factory roof at 15 minutes: irradiance, module temperature, DC and AC power, with one inverter isolation fault and soiling.",
    card_zh: include_str!("cards/rooftop.zh.md"),
    card_en: include_str!("cards/rooftop.en.md"),
    sector: "D",
    kind: "time_series",
    use_case: "energy",
    level: "general",
    source_statement: "本院中试基地屋顶电站监控系统采集，本院自有。",
    contact: "ye.wen@songling.example",
    versions: &[Version {
        label: "1.0.0",
        note: "April and May 2025.",
        files: &[File { path: "rooftop_15min.csv", generator: Generator::Rooftop, rows: 5_760 }],
        recall: None,
    }],
    offers: &[Offer { title: "ODbL 1.0", licence: "ODbL-1.0", price_minor: 0, currency: "CNY", tax_basis_points: 0, approval: "instant", payment: "none", payment_days: 0, term_days: None, scope: "all_versions" }],
};
