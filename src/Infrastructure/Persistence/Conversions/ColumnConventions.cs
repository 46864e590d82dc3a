using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FewShotAD.Infrastructure.Persistence.Conversions;

/// <summary>How the domain's types become columns, decided once for all tables and database products.</summary>
internal static class ColumnConventions
{
    private const int EnumLength = 24;

    /// <summary>Tenant, the longest kind, two of the hash, the hash and three slashes, with room for longer kinds.</summary>
    private const int BlobKeyLength = 128;

    public static void Apply(ModelConfigurationBuilder conventions)
    {
        conventions.Properties<TenantId>().HaveConversion<TenantIdConverter>();
        conventions.Properties<UserId>().HaveConversion<UserIdConverter>();
        conventions.Properties<ProjectId>().HaveConversion<ProjectIdConverter>();
        conventions.Properties<ImageId>().HaveConversion<ImageIdConverter>();
        conventions.Properties<RunId>().HaveConversion<RunIdConverter>();
        conventions.Properties<ModelId>().HaveConversion<ModelIdConverter>();
        conventions.Properties<ResultId>().HaveConversion<ResultIdConverter>();
        conventions.Properties<ScoringBatchId>().HaveConversion<ScoringBatchIdConverter>();
        conventions.Properties<ApiKeyId>().HaveConversion<ApiKeyIdConverter>();
        conventions.Properties<WebhookId>().HaveConversion<WebhookIdConverter>();
        conventions.Properties<NoticeId>().HaveConversion<NoticeIdConverter>();
        conventions.Properties<DeliveryId>().HaveConversion<DeliveryIdConverter>();
        conventions.Properties<InvitationId>().HaveConversion<InvitationIdConverter>();
        conventions.Properties<TransferId>().HaveConversion<TransferIdConverter>();
        conventions.Properties<ScheduleId>().HaveConversion<ScheduleIdConverter>();
        conventions.Properties<PublishRequestId>().HaveConversion<PublishRequestIdConverter>();
        conventions.Properties<StudyId>().HaveConversion<StudyIdConverter>();
        conventions.Properties<RegistrationId>().HaveConversion<RegistrationIdConverter>();
        conventions.Properties<BlobKey>().HaveConversion<BlobKeyConverter>().HaveMaxLength(BlobKeyLength);

        // SQLite cannot order by a DateTimeOffset, and PostgreSQL keeps microseconds only: UTC ticks order and lose nothing but the
        // offset, which is always zero here.
        conventions.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();

        // Enums by name: a row can be read by a person, and a member put in between changes no stored row.
        conventions.Properties<TeamRole>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<QuotaMode>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<ImageSplit>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<ImageLabel>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<RunStatus>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<RunPriority>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<RunMomentKind>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<ScheduleTrigger>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<RunPhase>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<Verdict>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<ReviewDecision>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<ReviewPass>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<ReviewOutcome>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<ReviewState>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<LogSeverity>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<DeliveryStatus>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<PublicationKind>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<PublishRequestState>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<TransferKind>().HaveConversion<string>().HaveMaxLength(EnumLength);
        conventions.Properties<TransferStatus>().HaveConversion<string>().HaveMaxLength(EnumLength);

        // Several names each.
        conventions.Properties<TeamPermissions>().HaveConversion<string>().HaveMaxLength(64);
        conventions.Properties<HappeningKinds>().HaveConversion<string>().HaveMaxLength(128);
    }

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
