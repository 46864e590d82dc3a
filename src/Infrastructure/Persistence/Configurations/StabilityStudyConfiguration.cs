using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class StabilityStudyConfiguration : IEntityTypeConfiguration<StabilityStudy>
{
    public void Configure(EntityTypeBuilder<StabilityStudy> builder)
    {
        builder.ToTable("StabilityStudies");
        builder.HasKey(study => new { study.TenantId, study.Id });
        builder.Property(study => study.Recipe).HasJsonColumn();
        builder.Property(study => study.Design).HasJsonColumn();
        builder.Property(study => study.StartKey).HasMaxLength(RememberedStart.KeyMaxLength);
        builder.Property(study => study.StartHash).HasMaxLength(64);
        builder.HasIndex(study => new { study.TenantId, study.ProjectId, study.StartedAt });
        builder.HasIndex(study => new { study.TenantId, study.StartKey }).IsUnique(); // of two requests with one key, one starts
        builder.HasOne<Project>().WithMany().HasForeignKey(study => new { study.TenantId, study.ProjectId }).OnDelete(DeleteBehavior.Cascade);
    }
}
