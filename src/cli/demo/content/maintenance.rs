//! Datasets for predictive maintenance.

use super::{Dataset, File, Generator, Offer, Version};

pub(super) const DATASETS: &[Dataset] = &[BEARINGS, MACHINES, MILLING, PUMPS];

const BEARINGS: Dataset = Dataset {
    owner: "lanjiang-bearing",
    slug: "spindle-bearing-run-to-failure",
    title_zh: "主轴轴承振动特征：全寿命运行至失效",
    title_en: "Spindle bearing vibration features, run to failure",
    summary_zh: "24套机床主轴轴承在4台试验机上从磨合运行至失效或停试，每4小时一个振动窗口，附载荷、转速、外圈温度和拆检结论。",
    summary_en: "24 machine-tool spindle bearings run on four rigs until failure or suspension; one vibration window every four hours with load, speed, outer-ring temperature and the finding after dismantling.",
    card_zh: include_str!("cards/bearings.zh.md"),
    card_en: include_str!("cards/bearings.en.md"),
    sector: "C",
    kind: "time_series",
    use_case: "predictive_maintenance",
    level: "general",
    source_statement: "本公司试验中心自有试验机采集，试样为本公司产品；本公司享有数据持有权、使用权和经营权，不涉及委托方试验。",
    contact: "he.jia@lanjiang.example",
    versions: &[
        Version {
            label: "1.0.0",
            note: "首次发布，20套轴承。",
            files: &[
                File { path: "features.csv", generator: Generator::BearingFeaturesFirst, rows: 2_903 },
                File { path: "bearings.csv", generator: Generator::BearingSpecimensFirst, rows: 20 },
            ],
            recall: Some("3号试验机加速度计更换后灵敏度未同步修改，该机振动幅值（有效值与包络）偏大10%。请改用1.1.0，并重算3号机轴承的阈值。"),
        },
        Version {
            label: "1.1.0",
            note: "修正3号试验机的传感器灵敏度；新增4套轴承（LJB-021至LJB-024）。字段不变。",
            files: &[
                File { path: "features.csv", generator: Generator::BearingFeatures, rows: 3_343 },
                File { path: "bearings.csv", generator: Generator::BearingSpecimens, rows: 24 },
            ],
            recall: None,
        },
    ],
    offers: &[
        Offer { title: "模型训练（两年）", licence: "LicenseRef-Bourse-Model-Training", price_minor: 4_800_000, currency: "CNY", tax_basis_points: 600, approval: "licensor", payment: "prepaid", payment_days: 14, term_days: Some(730), scope: "all_versions" },
        Offer { title: "高校与科研机构", licence: "CC-BY-NC-4.0", price_minor: 0, currency: "CNY", tax_basis_points: 0, approval: "licensor", payment: "none", payment_days: 0, term_days: None, scope: "version" },
        Offer { title: "30天评估", licence: "LicenseRef-Bourse-Evaluation", price_minor: 0, currency: "CNY", tax_basis_points: 0, approval: "instant", payment: "none", payment_days: 0, term_days: Some(30), scope: "version" },
    ],
};

const MACHINES: Dataset = Dataset {
    owner: "songling-institute",
    slug: "machining-centre-temperatures",
    title_zh: "加工中心温度与停机记录",
    title_en: "Machining centre temperatures and stops",
    summary_zh: "6台立式加工中心60天的小时均值：主轴前轴承、电机、冷却液温度及负载，附9次停机的部位与原因。",
    summary_en: "Hourly means of six vertical machining centres over sixty days: front bearing, motor and coolant temperature with load, plus nine stops with component and cause.",
    card_zh: include_str!("cards/machines.zh.md"),
    card_en: include_str!("cards/machines.en.md"),
    sector: "C",
    kind: "time_series",
    use_case: "predictive_maintenance",
    level: "general",
    source_statement: "与两家合作工厂签订的联合研究协议取得，协议允许本院脱敏后公开；机床编号已重新编码。",
    contact: "ye.wen@songling.example",
    versions: &[Version {
        label: "2025.1",
        note: "First public release.",
        files: &[
            File { path: "temperatures.csv", generator: Generator::MachineTemperatures, rows: 8_640 },
            File { path: "stops.csv", generator: Generator::MachineStops, rows: 9 },
        ],
        recall: None,
    }],
    offers: &[Offer { title: "CC BY 4.0", licence: "CC-BY-4.0", price_minor: 0, currency: "CNY", tax_basis_points: 0, approval: "instant", payment: "none", payment_days: 0, term_days: None, scope: "all_versions" }],
};

const MILLING: Dataset = Dataset {
    owner: "haoyue-machine-tools",
    slug: "titanium-milling-tool-wear",
    title_zh: "钛合金立铣切削信号与刀具磨损",
    title_en: "Cutting signals and tool wear, end milling of titanium",
    summary_zh: "60把硬质合金立铣刀加工TC4的逐刀记录：主轴功率、切削力、振动，每5刀实测一次后刀面磨损VB，直至磨钝或崩刃。",
    summary_en: "Pass-by-pass record of 60 carbide end mills in Ti-6Al-4V: spindle power, cutting forces and vibration, flank wear VB measured every fifth pass until worn or chipped.",
    card_zh: include_str!("cards/milling.zh.md"),
    card_en: include_str!("cards/milling.en.md"),
    sector: "C",
    kind: "time_series",
    use_case: "predictive_maintenance",
    level: "general",
    source_statement: "本公司工艺试验室自有设备采集，刀具与毛坯均为自购；享有数据持有权、使用权和经营权。",
    contact: "lin.zhiyuan@haoyue.example",
    versions: &[Version {
        label: "1.0.0",
        note: "首次发布，60把刀。",
        files: &[File { path: "passes.csv", generator: Generator::MillingWear, rows: 3_560 }],
        recall: None,
    }],
    offers: &[
        Offer { title: "企业内部分析", licence: "LicenseRef-Bourse-Internal-Analytics", price_minor: 1_800_000, currency: "CNY", tax_basis_points: 600, approval: "licensor", payment: "later", payment_days: 30, term_days: Some(365), scope: "version" },
        Offer { title: "模型训练", licence: "LicenseRef-Bourse-Model-Training", price_minor: 3_600_000, currency: "CNY", tax_basis_points: 600, approval: "licensor", payment: "prepaid", payment_days: 14, term_days: Some(730), scope: "all_versions" },
    ],
};

const PUMPS: Dataset = Dataset {
    owner: "qingling-steel",
    slug: "cooling-pump-motor-current",
    title_zh: "浊环冷却水泵电机电流与流量",
    title_en: "",
    summary_zh: "4台浊环水泵一周的10分钟数据：三相电流、绕组温度、流量和进出口压力，含叶轮磨损、三相不平衡跳闸和汽蚀三种工况。",
    summary_en: "",
    card_zh: include_str!("cards/pumps.zh.md"),
    card_en: "",
    sector: "C",
    kind: "time_series",
    use_case: "predictive_maintenance",
    level: "general",
    source_statement: "热轧厂水处理站自有仪表采集，享有数据持有权、使用权和经营权。",
    contact: "qiao.yi@qingling.example",
    versions: &[Version {
        label: "2026.06",
        note: "2026年6月8日至14日数据。",
        files: &[File { path: "pumps.csv", generator: Generator::PumpCurrents, rows: 4_032 }],
        recall: None,
    }],
    offers: &[Offer { title: "内部分析", licence: "LicenseRef-Bourse-Internal-Analytics", price_minor: 600_000, currency: "CNY", tax_basis_points: 600, approval: "licensor", payment: "later", payment_days: 30, term_days: Some(365), scope: "all_versions" }],
};
