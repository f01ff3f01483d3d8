condition-role-to-decide = 具有本方的审批角色
condition-is-person = 由个人审批
condition-not-both-sides = 未在对方一侧审批过
