export const USER_ROLES = ['ADMIN', 'MANAGER', 'SALES_REP', 'VIEWER'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** A row of `users`, without the password hash: no LMA role may read that. */
export interface User {
	id: number;
	email: string;
	username: string;
	firstName: string;
	lastName: string;
	role: UserRole;
	isActive: boolean;
	isVerified: boolean;
	/** IANA name, such as `Europe/Vienna`. */
	timezone: string;
	preferences: Record<string, unknown>;
	avatarUrl: string | null;
	createdAt: string;
	updatedAt: string;
	lastLogin: string | null;
	organizationId: number;
}
