using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FewShotAD.Infrastructure.Persistence.Conversions;

internal sealed class TenantIdConverter() : ValueConverter<TenantId, Guid>(id => id.Value, value => new TenantId(value));

internal sealed class UserIdConverter() : ValueConverter<UserId, Guid>(id => id.Value, value => new UserId(value));

internal sealed class ProjectIdConverter() : ValueConverter<ProjectId, Guid>(id => id.Value, value => new ProjectId(value));

internal sealed class ImageIdConverter() : ValueConverter<ImageId, Guid>(id => id.Value, value => new ImageId(value));

internal sealed class RunIdConverter() : ValueConverter<RunId, Guid>(id => id.Value, value => new RunId(value));

internal sealed class ModelIdConverter() : ValueConverter<ModelId, Guid>(id => id.Value, value => new ModelId(value));

internal sealed class ResultIdConverter() : ValueConverter<ResultId, Guid>(id => id.Value, value => new ResultId(value));

internal sealed class ScoringBatchIdConverter() : ValueConverter<ScoringBatchId, Guid>(id => id.Value, value => new ScoringBatchId(value));

internal sealed class PublishRequestIdConverter() : ValueConverter<PublishRequestId, Guid>(id => id.Value, value => new PublishRequestId(value));

internal sealed class ApiKeyIdConverter() : ValueConverter<ApiKeyId, Guid>(id => id.Value, value => new ApiKeyId(value));

internal sealed class WebhookIdConverter() : ValueConverter<WebhookId, Guid>(id => id.Value, value => new WebhookId(value));

internal sealed class DeliveryIdConverter() : ValueConverter<DeliveryId, Guid>(id => id.Value, value => new DeliveryId(value));

internal sealed class NoticeIdConverter() : ValueConverter<NoticeId, Guid>(id => id.Value, value => new NoticeId(value));

internal sealed class InvitationIdConverter() : ValueConverter<InvitationId, Guid>(id => id.Value, value => new InvitationId(value));

internal sealed class TransferIdConverter() : ValueConverter<TransferId, Guid>(id => id.Value, value => new TransferId(value));

internal sealed class ScheduleIdConverter() : ValueConverter<ScheduleId, Guid>(id => id.Value, value => new ScheduleId(value));

internal sealed class StudyIdConverter() : ValueConverter<StudyId, Guid>(id => id.Value, value => new StudyId(value));

internal sealed class RegistrationIdConverter() : ValueConverter<RegistrationId, Guid>(id => id.Value, value => new RegistrationId(value));

internal sealed class BlobKeyConverter() : ValueConverter<BlobKey, string>(key => key.ToString(), text => BlobKey.Parse(text));
