using System.Reflection;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Notices;
using FewShotAD.Domain.Platform;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Persistence.Conversions;
using FewShotAD.Infrastructure.Webhooks;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>
/// One tenant's view of the database, for one operation. Reads see that tenant's rows only (the filter "tenant"), and a write of
/// another tenant's row throws. The tenant is given once, in the constructor: contexts are not pooled, so none can keep a
/// tenant from its last user. <see cref="PortalDb"/> makes contexts; a provider derives one with its own migrations.
/// </summary>
public abstract class PortalDbContext : IdentityUserContext<PortalUser, Guid>
{
    public const string TenantFilter = "tenant";

    private static readonly MethodInfo FilterMethod =
        typeof(PortalDbContext).GetMethod(nameof(Filter), BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <param name="options">Made by the provider.</param>
    /// <param name="tenant">The empty id stands for nobody: such a context sees no tenant's rows and can write none.</param>
    protected PortalDbContext(DbContextOptions options, TenantId tenant)
        : base(options) => Tenant = tenant;

    /// <summary>The filter reads this member on every query. A captured local would be frozen into the cached model.</summary>
    public TenantId Tenant { get; }

    public DbSet<Tenant> Tenants => Set<Tenant>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<TeamQuotaSetting> QuotaSettings => Set<TeamQuotaSetting>();

    public DbSet<PlatformAdministrator> PlatformAdministrators => Set<PlatformAdministrator>();

    public DbSet<PlatformEntry> PlatformAudit => Set<PlatformEntry>();

    public DbSet<ProtectionKey> ProtectionKeys => Set<ProtectionKey>();

    public DbSet<Project> Projects => Set<Project>();

    public DbSet<InspectionImage> Images => Set<InspectionImage>();

    public DbSet<ImageAnnotation> Annotations => Set<ImageAnnotation>();

    public DbSet<ProjectIgnore> IgnoreRegions => Set<ProjectIgnore>();

    public DbSet<TrainingRun> Runs => Set<TrainingRun>();

    public DbSet<RunStep> RunSteps => Set<RunStep>();

    public DbSet<RunLogLine> RunLog => Set<RunLogLine>();

    public DbSet<RunMoment> RunMoments => Set<RunMoment>();

    public DbSet<QueueTurn> QueueTurns => Set<QueueTurn>();

    public DbSet<TeamShare> TeamShares => Set<TeamShare>();

    public DbSet<WorkerNode> WorkerNodes => Set<WorkerNode>();

    public DbSet<Schedule> Schedules => Set<Schedule>();

    public DbSet<ScheduleOutcome> ScheduleOutcomes => Set<ScheduleOutcome>();

    public DbSet<StabilityStudy> Studies => Set<StabilityStudy>();

    public DbSet<RegistrationModel> Registrations => Set<RegistrationModel>();

    public DbSet<TrainedModel> Models => Set<TrainedModel>();

    public DbSet<LineVersion> LineVersions => Set<LineVersion>();

    public DbSet<Publication> Publications => Set<Publication>();

    public DbSet<PublishRequest> PublishRequests => Set<PublishRequest>();

    public DbSet<ScoredImage> Results => Set<ScoredImage>();

    public DbSet<ReviewVerdict> ReviewVerdicts => Set<ReviewVerdict>();

    public DbSet<VerdictWithdrawal> VerdictWithdrawals => Set<VerdictWithdrawal>();

    public DbSet<ReviewItem> ReviewItems => Set<ReviewItem>();

    public DbSet<RestoredReviewer> RestoredReviewers => Set<RestoredReviewer>();

    public DbSet<ReviewLease> ReviewLeases => Set<ReviewLease>();

    public DbSet<RememberedStart> RememberedStarts => Set<RememberedStart>();

    public DbSet<Transfer> Transfers => Set<Transfer>();

    public DbSet<ScoringBatch> ScoringBatches => Set<ScoringBatch>();

    public DbSet<Notice> Notices => Set<Notice>();

    public DbSet<NoticeRead> NoticeReads => Set<NoticeRead>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    /// <summary>Puts a line into the team's audit trail with the next save: the change and its line, or neither.</summary>
    public void Record(AuditAuthor author, AuditNote note, DateTimeOffset now) => Audit.Add(AuditEntry.Stage(Tenant, author, note, now));

    /// <remarks>Happenings, notices and a run's moments are staged by the asynchronous one only; nothing of ours saves synchronously.</remarks>
    /// <exception cref="NotSupportedException">There are audit entries to write, which takes reading the last one.</exception>
    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        TenantGuard.Check(this);
        return AuditChain.IsStaged(this)
            ? throw new NotSupportedException("A context with audit entries is saved with SaveChangesAsync.")
            : base.SaveChanges(acceptAllChangesOnSuccess);
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        await WebhookStaging.StageAsync(this, cancellationToken);
        Notices.AddRange(ChangeTracker.Entries<Announcer>().SelectMany(entry => entry.Entity.TakeNotices()).ToList());
        RunMoments.AddRange(ChangeTracker.Entries<TrainingRun>().SelectMany(entry => entry.Entity.TakeMoments()).ToList());
        TenantGuard.Check(this);
        return AuditChain.IsStaged(this)
            ? await AuditChain.SaveAsync(this, ct => base.SaveChangesAsync(acceptAllChangesOnSuccess, ct), cancellationToken)
            : await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ColumnConventions.Apply(configurationBuilder);
        configurationBuilder.Conventions.Add(_ => new TenancyConvention());
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("UserClaims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("UserLogins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("UserTokens");
        builder.ApplyConfigurationsFromAssembly(typeof(PortalDbContext).Assembly);
        foreach (var entity in builder.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)).ToList())
            FilterMethod.MakeGenericMethod(entity.ClrType).Invoke(this, [builder]);
    }

    private void Filter<T>(ModelBuilder builder)
        where T : class, ITenantOwned =>
        builder.Entity<T>().HasQueryFilter(TenantFilter, row => row.TenantId == Tenant);
}
