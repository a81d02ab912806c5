// Everything the package offers.
// biome-ignore-all lint/performance/noBarrelFile: the one entry of a published package
export type { Answer } from './answer.ts'
export { CloudEndureAccountApi } from './cloudendure/account-api.ts'
export { CloudEndureAuthenticationApi } from './cloudendure/authentication-api.ts'
export {
  CloudEndureApiError,
  CloudEndureConnection,
  type CloudEndureCredentials,
  type CloudEndureOptions,
} from './cloudendure/connection.ts'
export { CloudEndureDefaultApi } from './cloudendure/default-api.ts'
export { CloudEndureProjectApi } from './cloudendure/project-api.ts'
export type {
  CloudEndureErrorBody,
  CloudEndureExtendedAccountInfo,
  CloudEndureInlineObject1,
  CloudEndureInlineResponse2001,
  CloudEndureProject,
  CloudEndureProjectsList,
  CloudEndureRole,
  CloudEndureUser,
} from './cloudendure/types.ts'
export { CloudEndureUserApi } from './cloudendure/user-api.ts'
export { ApiError, type ApiErrorFacts, ConnectionError, type ConnectionFailure } from './errors.ts'
export { ExtremeCloudIqAuthenticationApi } from './extremecloudiq/authentication-api.ts'
export { ExtremeCloudIqAuthorizationApi } from './extremecloudiq/authorization-api.ts'
export {
  ExtremeCloudIqApiError,
  ExtremeCloudIqConnection,
  type ExtremeCloudIqCredentials,
  type ExtremeCloudIqOptions,
} from './extremecloudiq/connection.ts'
export type {
  XiqApiTokenInfo,
  XiqError,
  XiqGenerateApiTokenRequest,
  XiqGenerateApiTokenResponse,
  XiqLoginRequest,
  XiqLoginResponse,
  XiqUser,
} from './extremecloudiq/types.ts'
export { ExtremeCloudIqUserApi } from './extremecloudiq/user-api.ts'
export { GatehouseAccountsApi } from './gatehouse/accounts-api.ts'
export type {
  GatehouseAccount,
  GatehouseAccountChange,
  GatehouseAuditEvent,
  GatehouseAuditFilter,
  GatehouseAuditQuery,
  GatehouseAuditVerification,
  GatehouseCreateOptions,
  GatehouseDirectoryPerson,
  GatehouseFollowedEvent,
  GatehouseLicence,
  GatehouseListedLoginToken,
  GatehouseLoginToken,
  GatehouseMember,
  GatehouseMemberRole,
  GatehouseNewAccount,
  GatehouseNewLoginToken,
  GatehouseNewPerson,
  GatehouseNewTokenFor,
  GatehousePeopleQuery,
  GatehousePersonChange,
  GatehouseProject,
  GatehouseReceipt,
  GatehouseSetting,
  GatehouseSigningKey,
} from './gatehouse/administration-types.ts'
export { GatehouseAuditApi } from './gatehouse/audit-api.ts'
export {
  GatehouseApiError,
  GatehouseConnection,
  type GatehouseCredentials,
  type GatehouseOptions,
} from './gatehouse/connection.ts'
export { GatehouseMeApi } from './gatehouse/me-api.ts'
export { GatehouseOauthApi } from './gatehouse/oauth-api.ts'
export { GatehousePeopleApi } from './gatehouse/people-api.ts'
export type {
  GatehouseFinding,
  GatehouseIdentity,
  GatehouseNewIdentity,
  GatehouseNewProvider,
  GatehouseProvider,
  GatehouseProviderChange,
  GatehouseProviderKind,
  GatehouseRemovedProvider,
} from './gatehouse/provider-types.ts'
export { GatehouseProvidersApi } from './gatehouse/providers-api.ts'
export { GatehouseSessionApi } from './gatehouse/session-api.ts'
export { GatehouseSystemApi } from './gatehouse/system-api.ts'
export type {
  GatehouseActingIn,
  GatehouseDialect,
  GatehouseEnded,
  GatehouseIntrospectionRequest,
  GatehouseIntrospectionResponse,
  GatehouseMadeToken,
  GatehouseMe,
  GatehouseNewToken,
  GatehouseOpened,
  GatehousePage,
  GatehousePageQuery,
  GatehousePasswordChange,
  GatehousePasswordChanged,
  GatehousePerson,
  GatehouseProblem,
  GatehouseRole,
  GatehouseSession,
  GatehouseSignIn,
  GatehouseToken,
} from './gatehouse/types.ts'
export { PortainerAuthApi } from './portainer/auth-api.ts'
export {
  PortainerApiError,
  PortainerConnection,
  type PortainerCredentials,
  type PortainerOptions,
} from './portainer/connection.ts'
export { PortainerSettingsApi } from './portainer/settings-api.ts'
export { PortainerStatusApi } from './portainer/status-api.ts'
export type {
  PortainerAPIKey,
  PortainerAuthAuthenticatePayload,
  PortainerAuthAuthenticateResponse,
  PortainerAuthOauthPayload,
  PortainerErrorBody,
  PortainerPublicSettings,
  PortainerSystemStatus,
  PortainerUser,
  PortainerUsersAccessTokenResponse,
  PortainerUsersUserAccessTokenCreatePayload,
} from './portainer/types.ts'
export { PortainerUsersApi } from './portainer/users-api.ts'
export type { ApiRequest, CallOptions, ConnectionOptions, HeaderValues, RequestBody } from './request.ts'
export { SemaphoreAuthenticationApi } from './semaphore/authentication-api.ts'
export {
  SemaphoreApiError,
  SemaphoreConnection,
  type SemaphoreCredentials,
  type SemaphoreOptions,
} from './semaphore/connection.ts'
export { SemaphoreDefaultApi } from './semaphore/default-api.ts'
export type {
  SemaphoreAPIToken,
  SemaphoreAPITokenWish,
  SemaphoreErrorBody,
  SemaphoreInfoType,
  SemaphoreLogin,
  SemaphoreLoginMetadata,
  SemaphoreLoginMetadataOidcProvidersInner,
  SemaphoreOidcRedirectQuery,
  SemaphoreRedirect,
  SemaphoreUser,
} from './semaphore/types.ts'
export { SemaphoreUserApi } from './semaphore/user-api.ts'
