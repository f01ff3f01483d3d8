condition-role-to-decide = The role to decide on this side
condition-is-person = A person decides
condition-not-both-sides = Has not decided on the other side
