using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class ScheduleConfiguration : IEntityTypeConfiguration<Schedule>
{
    public void Configure(EntityTypeBuilder<Schedule> builder)
    {
        builder.ToTable("Schedules");
        builder.HasKey(schedule => new { schedule.TenantId, schedule.Id });
        builder.Property(schedule => schedule.Name).HasMaxLength(Schedule.NameMaxLength);
        builder.Property(schedule => schedule.Rule).HasJsonColumn();
        builder.Property(schedule => schedule.Recipe).HasJsonColumn();
        builder.Property(schedule => schedule.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(schedule => schedule.NextAt); // of all teams, those that are due
        builder.HasOne<Project>().WithMany().HasForeignKey(schedule => new { schedule.TenantId, schedule.ProjectId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class ScheduleOutcomeConfiguration : IEntityTypeConfiguration<ScheduleOutcome>
{
    public void Configure(EntityTypeBuilder<ScheduleOutcome> builder)
    {
        builder.ToTable("ScheduleOutcomes");
        builder.HasKey(outcome => new { outcome.TenantId, outcome.ScheduleId, outcome.Sequence });
        builder.Property(outcome => outcome.Sequence).ValueGeneratedNever();
        builder.Property(outcome => outcome.Why).HasMaxLength(ScheduleOutcome.TextMaxLength);
        builder.Property(outcome => outcome.Result).HasMaxLength(ScheduleOutcome.TextMaxLength);
        builder.HasOne<Schedule>().WithMany().HasForeignKey(outcome => new { outcome.TenantId, outcome.ScheduleId }).OnDelete(DeleteBehavior.Cascade);
    }
}
