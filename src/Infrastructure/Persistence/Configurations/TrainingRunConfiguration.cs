using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class TrainingRunConfiguration : IEntityTypeConfiguration<TrainingRun>
{
    public void Configure(EntityTypeBuilder<TrainingRun> builder)
    {
        builder.ToTable("Runs");
        builder.HasKey(run => new { run.TenantId, run.Id });
        builder.Property(run => run.Recipe).HasJsonColumn();
        builder.Property(run => run.Snapshot).HasJsonColumn();
        builder.Property(run => run.Priority).HasDefaultValue(RunPriority.Normal).HasSentinel((RunPriority)(-1)); // runs from before priorities
        builder.Property(run => run.WorkHash).HasMaxLength(64);
        builder.Property(run => run.Cause).HasMaxLength(ScheduleOutcome.TextMaxLength);
        builder.Property(run => run.Reproduces).HasJsonColumn();
        builder.Property(run => run.Measured).HasJsonColumn();
        builder.Property(run => run.ClaimedDevice).HasMaxLength(64);
        builder.Property(run => run.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(run => new { run.TenantId, run.ProjectId, run.Number }).IsUnique();
        builder.HasIndex(run => new { run.TenantId, run.QueuedAt });
        builder.HasIndex(run => new { run.TenantId, run.StudyId });
        builder.HasIndex(run => new { run.TenantId, run.UsesRegistration });
        builder.HasIndex(run => run.EndedAt); // what ended lately, of all tenants
        builder.HasIndex(run => run.Status); // recovery asks for waiting and running ones of all tenants
        builder.HasOne<Project>().WithMany().HasForeignKey(run => new { run.TenantId, run.ProjectId }).OnDelete(DeleteBehavior.Cascade);
    }
}
