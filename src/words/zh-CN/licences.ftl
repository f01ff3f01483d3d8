# 许可条款用语：行为、结论、义务、交付限制、保障方式。键见 market/licences/terms/kinds.rs

action-analyse = 分析与可视化
action-train-models = 训练模型并保留权重
action-derive = 制作衍生数据
action-publish-results = 发表结果与图表
action-commercial-use = 用于商业目的
action-redistribute = 再分发数据
action-sublicense = 再许可

verdict-allowed = 允许
verdict-conditional = 有条件
verdict-forbidden = 禁止

duty-attribute = 注明来源
duty-share-alike = 以相同许可共享
duty-keep-notices = 保留声明与许可文本
duty-delete-at-end = 终止时删除数据
duty-report-use = 报告使用情况
duty-confidential = 保密

limit-holder-only = 仅向被授权方交付
limit-grant-term = 授权终止即停止交付

keeper-enforced = 由服务器执行
keeper-promised = 由双方承诺

duty-audit = 接受许可方检查
purpose-evaluation = 购买前的评估
purpose-research = 科学研究
purpose-internal = 内部运营与决策
purpose-products = 面向第三方的产品和服务
recipient-staff = 自身人员
recipient-contractors = 受托处理方
recipient-affiliates = 关联公司
recipient-consortium = 联盟成员
recipient-others = 客户及其他第三方
bound-purpose = 目的
bound-territory = 地域
bound-field = 行业领域
bound-recipients = 可以接触者
bound-seats = 人数
bound-duration = 期限
bound-downloads = 下载次数
bound-volume = 下载量
bound-networks = 网络
statement-liability = 责任
statement-governing-law = 适用法律
